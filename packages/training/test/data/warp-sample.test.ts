import { Random } from '@auto-seg-loss/kernel';
import { test } from '@fast-check/vitest';
import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
import { type Augmentation, drawAugmentation, NO_AUGMENTATION } from '../../src/data/augmentation.ts';
import { PADDING_COLOR, warpSample } from '../../src/data/warp-sample.ts';
import { noiseSample } from './fixtures.ts';

const [HEIGHT, WIDTH] = [7, 11];

function warp(augmentation: Partial<Augmentation>, sample = noiseSample('warp', HEIGHT, WIDTH, 6)) {
  const to = { image: new Uint8Array(HEIGHT * WIDTH * 3), label: new Uint8Array(HEIGHT * WIDTH) };
  warpSample(sample, to, [HEIGHT, WIDTH], { ...NO_AUGMENTATION, ...augmentation });
  return { ...to, sample };
}

const augmentation = fc.record({
  scale: fc.double({ min: 0.3, max: 3, noNaN: true }),
  top: fc.double({ min: -4, max: 9, noNaN: true }),
  left: fc.double({ min: -6, max: 15, noNaN: true }),
  flip: fc.boolean(),
  brightness: fc.double({ min: 0.5, max: 1.5, noNaN: true }),
  contrast: fc.double({ min: 0.5, max: 1.5, noNaN: true }),
  saturation: fc.double({ min: 0, max: 2, noNaN: true }),
});

describe('warpSample', () => {
  test('without an augmentation copies', () => {
    const { image, label, sample } = warp({});
    expect(image).toEqual(sample.image);
    expect(label).toEqual(sample.label);
  });

  test('flipped mirrors image and label', () => {
    const { image, label, sample } = warp({ flip: true });
    for (let i = 0; i < HEIGHT * WIDTH; i++) {
      const mirrored = i - (i % WIDTH) + (WIDTH - 1 - (i % WIDTH));
      expect(label[i]).toBe(sample.label[mirrored]);
      expect([...image.subarray(i * 3, i * 3 + 3)]).toEqual([...sample.image.subarray(mirrored * 3, mirrored * 3 + 3)]);
    }
  });

  test('a window shifted by whole pixels shows the image there and padding elsewhere', () => {
    const { image, label, sample } = warp({ top: 2, left: -3 });
    for (let y = 0; y < HEIGHT; y++)
      for (let x = 0; x < WIDTH; x++) {
        const [v, u] = [y + 2, x - 3];
        const inside = v < HEIGHT && u >= 0;
        expect(label[y * WIDTH + x]).toBe(inside ? sample.label[v * WIDTH + u] : 255);
        const from = (v * WIDTH + u) * 3;
        const expected = inside ? [...sample.image.subarray(from, from + 3)] : [...PADDING_COLOR];
        expect([...image.subarray((y * WIDTH + x) * 3, (y * WIDTH + x) * 3 + 3)]).toEqual(expected);
      }
  });

  test.prop([augmentation])('is what the definition says at every pixel', (a) => {
    const { image, label, sample } = warp(a);
    const pixel = (v: number, u: number): number[] => {
      const at = (Math.min(Math.max(v, 0), HEIGHT - 1) * WIDTH + Math.min(Math.max(u, 0), WIDTH - 1)) * 3;
      return [...sample.image.subarray(at, at + 3)];
    };
    for (let y = 0; y < HEIGHT; y++)
      for (let x = 0; x < WIDTH; x++) {
        const v = (y + 0.5 + a.top) / a.scale;
        const u = ((a.flip ? WIDTH - 1 - x : x) + 0.5 + a.left) / a.scale;
        // Where a point lies on the border of two pixels up to rounding, either answer is right.
        const unclear = [v, u].some((position) => Math.abs(position - Math.round(position)) < 1e-6);
        if (unclear) continue;
        const inside = v >= 0 && v < HEIGHT && u >= 0 && u < WIDTH;
        const out = y * WIDTH + x;
        expect(label[out]).toBe(inside ? sample.label[Math.floor(v) * WIDTH + Math.floor(u)] : 255);
        const [vf, uf] = [Math.floor(v - 0.5), Math.floor(u - 0.5)];
        const [dv, du] = [v - 0.5 - vf, u - 0.5 - uf];
        const corners = [pixel(vf, uf), pixel(vf, uf + 1), pixel(vf + 1, uf), pixel(vf + 1, uf + 1)] as const;
        const color = [0, 1, 2].map((c) => {
          const [p, q, r, s] = corners.map((corner) => corner[c] as number) as [number, number, number, number];
          const value = (1 - dv) * ((1 - du) * p + du * q) + dv * ((1 - du) * r + du * s);
          return (value * a.brightness - 128) * a.contrast + 128;
        }) as [number, number, number];
        const grey = 0.299 * color[0] + 0.587 * color[1] + 0.114 * color[2];
        for (const c of [0, 1, 2] as const) {
          const expected = inside
            ? Math.min(Math.max(grey + a.saturation * (color[c] - grey), 0), 255)
            : PADDING_COLOR[c];
          expect(Math.abs((image[out * 3 + c] as number) - expected)).toBeLessThanOrEqual(0.502);
        }
      }
  });
});

describe('drawAugmentation', () => {
  const options = { scale: [0.5, 2] as const, flip: true, photometric: 1, catMaxRatio: 1 };

  test.prop([fc.integer()])('keeps the window inside a larger image and a smaller image inside the window', (seed) => {
    const { scale, top, left, brightness, contrast, saturation } = drawAugmentation(Random.fromSeed(seed), options, {
      image: [40, 60],
    });
    expect(scale).toBeGreaterThanOrEqual(0.5);
    expect(scale).toBeLessThanOrEqual(2);
    for (const [offset, length] of [
      [top, 40],
      [left, 60],
    ] as const) {
      const slack = (scale - 1) * length;
      expect(offset).toBeGreaterThanOrEqual(Math.min(0, slack));
      expect(offset).toBeLessThanOrEqual(Math.max(0, slack));
    }
    for (const factor of [brightness, contrast, saturation]) expect(Math.abs(factor - 1)).toBeLessThanOrEqual(0.4);
  });

  test('varies all it may, and nothing that is switched off', () => {
    const draws = Array.from({ length: 200 }, (_, seed) =>
      drawAugmentation(Random.fromSeed(seed), options, { image: [40, 60] }),
    );
    for (const key of ['scale', 'top', 'left', 'flip', 'brightness', 'contrast', 'saturation'] as const) {
      expect(new Set(draws.map((draw) => draw[key])).size).toBe(key === 'flip' ? 2 : 200);
    }
    const off = drawAugmentation(
      Random.fromSeed(1),
      { scale: [1, 1], flip: false, photometric: 0, catMaxRatio: 1 },
      { image: [40, 60] },
    );
    expect(off).toEqual(NO_AUGMENTATION);
  });
});
