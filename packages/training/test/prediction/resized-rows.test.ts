import { openEngine } from '@auto-seg-loss/engine';
import { Random } from '@auto-seg-loss/kernel';
import { resizeBilinear } from '@auto-seg-loss/ops';
import { fc, test } from '@fast-check/vitest';
import { tensor4d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect } from 'vitest';
import type { Size } from '../../src/data/resize-sample.ts';
import { mostLikely, rowsOf } from '../../src/prediction/logit-rows.ts';
import { resizedRows } from '../../src/prediction/resized-rows.ts';
import golden from '../golden/bilinear.json' with { type: 'json' };

const classesAtSize = (logits: Float32Array, from: Size, to: Size, classes: number): Promise<Uint8Array> =>
  mostLikely(resizedRows(rowsOf(logits, from[1] * classes), from, to, classes), to, classes);

/** F.interpolate(…, mode='bilinear', align_corners=False), pixel by pixel, of one channel of [h, w, c]. */
function interpolated(logits: Float32Array, [h, w]: Size, [height, width]: Size, classes: number, c: number): number[] {
  const at = (y: number, x: number) => logits[(y * w + x) * classes + c] as number;
  const sourceOf = (to: number, from: number, i: number) => {
    const position = Math.max((i + 0.5) * (from / to) - 0.5, 0);
    const low = Math.min(Math.trunc(position), from - 1);
    return { low, high: low < from - 1 ? low + 1 : low, share: position - low };
  };
  return Array.from({ length: height * width }, (_, pixel) => {
    const y = sourceOf(height, h, Math.floor(pixel / width));
    const x = sourceOf(width, w, pixel % width);
    const upper = (1 - x.share) * at(y.low, x.low) + x.share * at(y.low, x.high);
    const lower = (1 - x.share) * at(y.high, x.low) + x.share * at(y.high, x.high);
    return (1 - y.share) * upper + y.share * lower;
  });
}

const sizes = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 11 }));
const cases = fc.record({
  from: sizes,
  to: fc.oneof(sizes, fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 }))),
  classes: fc.integer({ min: 1, max: 5 }),
  seed: fc.nat(1000),
});

const noise = (length: number, seed: number) => {
  const random = Random.fromSeed(seed);
  return Float32Array.from({ length }, () => random.normal());
};

describe('classes at another size', () => {
  test.prop([cases])('are those of the largest interpolated logit', async ({ from, to, classes, seed }) => {
    const logits = noise(from[0] * from[1] * classes, seed);
    const channels = Array.from({ length: classes }, (_, c) => interpolated(logits, from, to, classes, c));
    const best = await classesAtSize(logits, from, to, classes);
    expect(best.length).toBe(to[0] * to[1]);
    best.forEach((c, pixel) => {
      const highest = Math.max(...channels.map((values) => values[pixel] as number));
      // Values that differ by a rounding alone may change places.
      expect(highest - (channels[c]?.[pixel] as number)).toBeLessThan(1e-12);
    });
  });

  test('of equal logits are the lowest, at the same size those of the logits themselves', async () => {
    const logits = Float32Array.from([1, 1, 0, /**/ 0, 2, 2, /**/ -1, -2, -1]);
    expect([...(await classesAtSize(logits, [1, 3], [1, 3], 3))]).toEqual([0, 1, 0]);
    expect([...(await classesAtSize(new Float32Array(4), [1, 1], [2, 2], 4))]).toEqual([0, 0, 0, 0]);
  });

  // The values that PyTorch's documentation gives for nn.Upsample, and further ones of the same definition.
  test.each(golden)('see the values of $name', async ({ from, to, input, output }) => {
    for (const [pixel, value] of output.entries()) {
      // Class 1 is a constant just below and just above the value that is wanted.
      for (const [threshold, winner] of [
        [value - 1e-3, 0],
        [value + 1e-3, 1],
      ] as const) {
        const logits = Float32Array.from(input.flatMap((each) => [each, threshold]));
        expect((await classesAtSize(logits, from as unknown as Size, to as unknown as Size, 2))[pixel]).toBe(winner);
      }
    }
  });
});

describe.each(['wasm', 'native'] as const)('the engine on %s', (backend) => {
  let available = true;
  beforeAll(async () => {
    const engine = await openEngine({ backend: backend === 'native' ? 'auto' : backend, threads: 1 });
    available = engine.backend === backend;
  });

  test('resizes to the same classes', async ({ skip }) => {
    skip(!available, 'the native engine is not installed: asl engine install');
    for (const [seed, to] of (
      [
        [31, 47],
        [64, 96],
        [9, 100],
        [5, 6],
      ] as const
    ).entries()) {
      const logits = noise(12 * 18 * 4, seed);
      const resized = tidy(() => resizeBilinear(tensor4d(logits, [1, 12, 18, 4]), to).dataSync());
      (await classesAtSize(logits, [12, 18], to, 4)).forEach((c, pixel) => {
        const own = resized.subarray(pixel * 4, pixel * 4 + 4);
        expect(Math.max(...own) - (own[c] as number)).toBeLessThan(1e-5);
      });
    }
  });
});
