import { test } from '@fast-check/vitest';
import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
import { resizeImage, resizeLabel } from '../../src/data/resize-sample.ts';
import { noiseSample } from './fixtures.ts';

const size = fc.tuple(fc.integer({ min: 1, max: 13 }), fc.integer({ min: 1, max: 13 }));

/** The area of each input pixel under an output pixel, or the tent around its centre; no tables, no separation. */
function slowResize(
  image: Uint8Array,
  [h, w]: [number, number],
  [height, width]: [number, number],
  channel: number,
): number[] {
  const share = (out: number, to: number, at: number, from: number): number => {
    const step = from / to;
    if (step > 1) return Math.max(0, Math.min((out + 1) * step, at + 1) - Math.max(out * step, at)) / step;
    const center = Math.min(Math.max((out + 0.5) * step - 0.5, 0), from - 1);
    return Math.max(0, 1 - Math.abs(center - at));
  };
  const values: number[] = [];
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let v = 0; v < h; v++)
        for (let u = 0; u < w; u++)
          sum += share(y, height, v, h) * share(x, width, u, w) * (image[(v * w + u) * 3 + channel] as number);
      values.push(sum);
    }
  return values;
}

describe('images', () => {
  test.prop([size, size])('are area averages where they shrink and linear where they grow', (from, to) => {
    const { image } = noiseSample(`${from}`, from[0], from[1], 2);
    const resized = resizeImage(image, from, to);
    expect(resized).toHaveLength(to[0] * to[1] * 3);
    for (const channel of [0, 1, 2]) {
      const expected = slowResize(image, from, to, channel);
      const worst = expected.reduce(
        (most, value, i) => Math.max(most, Math.abs(value - (resized[i * 3 + channel] as number))),
        0,
      );
      expect(worst).toBeLessThanOrEqual(0.501);
    }
  });

  test.prop([size, size, fc.integer({ min: 0, max: 255 })])('of one colour stay so', (from, to, value) => {
    const image = new Uint8Array(from[0] * from[1] * 3).fill(value);
    expect(new Set(resizeImage(image, from, to))).toEqual(new Set([value]));
  });

  test('halved are means of 2 × 2 pixels', () => {
    const image = Uint8Array.of(0, 0, 0, 10, 0, 0, 20, 0, 0, 50, 4, 0);
    expect([...resizeImage(image, [2, 2], [1, 1])]).toEqual([20, 1, 0]);
  });
});

describe('labels', () => {
  test.prop([size, size])('hold what the nearest pixel centre holds', (from, to) => {
    const { label } = noiseSample(`label ${from}`, from[0], from[1], 5);
    const resized = resizeLabel(label, from, to);
    for (let y = 0; y < to[0]; y++)
      for (let x = 0; x < to[1]; x++) {
        const [v, u] = [((y + 0.5) * from[0]) / to[0] - 0.5, ((x + 0.5) * from[1]) / to[1] - 0.5];
        // A point half-way between two centres may take either.
        const near = [...label.keys()].filter(
          (i) => Math.abs(Math.floor(i / from[1]) - v) <= 0.5 + 1e-9 && Math.abs((i % from[1]) - u) <= 0.5 + 1e-9,
        );
        expect(near.map((i) => label[i])).toContain(resized[y * to[1] + x]);
      }
  });

  test('grown by a whole factor, every pixel becomes a block', () => {
    expect([...resizeLabel(Uint8Array.of(1, 2), [1, 2], [2, 6])]).toEqual([1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2]);
  });
});
