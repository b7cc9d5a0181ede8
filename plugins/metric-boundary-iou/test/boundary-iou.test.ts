import { ExactEvaluator } from '@auto-seg-loss/formula';
import type { Metric } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { plugin } from '../src/index.ts';

function boundaryIou(prediction: Uint8Array, label: Uint8Array, width: number, options: unknown, classes = 2) {
  const metric = plugin.create(plugin.options.parse(options), { baseDir: '.', cacheDir: '.' }) as Metric;
  const evaluator = new ExactEvaluator([metric], classes);
  evaluator.add(prediction, label, label.length / width, width);
  return evaluator.result()['boundary-iou'];
}

/** Class 1 in rows and columns [from, to), class 0 elsewhere. */
const square = (size: number, from: number, to: number): Uint8Array =>
  Uint8Array.from({ length: size * size }, (_, i) => {
    const [y, x] = [Math.floor(i / size), i % size];
    return y >= from && y < to && x >= from && x < to ? 1 : 0;
  });

describe('boundary-iou', () => {
  test('compares bands, not areas', () => {
    // The label's band of depth 1 is the ring of 8×8 without 6×6; the prediction's of 6×6 without 4×4.
    const result = boundaryIou(square(12, 3, 9), square(12, 2, 10), 12, { distance: 1, background: false });
    expect(result?.value).toBe(0);
    const deeper = boundaryIou(square(12, 3, 9), square(12, 2, 10), 12, { distance: 2, background: false });
    // 8×8 without 4×4 and 6×6 without 2×2: in both is 6×6 without 4×4, in either 8×8 without 2×2.
    expect(deeper?.value).toBeCloseTo((36 - 16) / (64 - 4), 12);
  });

  test('what the border of the image cuts off is outline too', () => {
    const all = new Uint8Array(25).fill(1);
    expect(boundaryIou(all, all, 5, { distance: 1 })?.perClass).toEqual([null, 1]);
    const hole = Uint8Array.from(all);
    hole[12] = 0;
    // The band of the whole image is its frame of 16 pixels; the hole in the middle adds the 8 pixels around it.
    expect(boundaryIou(hole, all, 5, { distance: 1, background: false })?.value).toBeCloseTo(16 / 24, 12);
  });

  test('a share of the diagonal is rounded to pixels, halves to even, and at least 1', () => {
    const label = square(60, 10, 50);
    const prediction = square(60, 14, 50);
    const withDistance = (distance: unknown) => boundaryIou(prediction, label, 60, { distance })?.value;
    const diagonal = Math.hypot(60, 60);
    expect(withDistance({ diagonal: 2.4 / diagonal })).toBe(withDistance(2));
    expect(withDistance({ diagonal: 2.6 / diagonal })).toBe(withDistance(3));
    expect(withDistance({ diagonal: 1e-6 })).toBe(withDistance(1));
    expect(withDistance(2)).not.toBe(withDistance(3));
    // 30 × 40 pixels have a diagonal of 50.
    const wide = (distance: unknown) =>
      boundaryIou(prediction.subarray(0, 1200), label.subarray(0, 1200), 40, { distance })?.value;
    expect(wide({ diagonal: 0.05 })).toBe(wide(2));
    expect(wide({ diagonal: 0.07 })).toBe(wide(4));
  });

  test('ignored pixels do not count, and draw no band on the prediction', () => {
    const label = Uint8Array.of(1, 1, 1, 1, 255, 0, 0, 0);
    const prediction = Uint8Array.of(1, 1, 1, 1, 1, 0, 0, 0);
    // Class 1: the label's band is columns 0 and 3, the prediction's 0 and 4, of which 4 does not count.
    const long = (row: Uint8Array) => Uint8Array.from({ length: 8 * 9 }, (_, i) => row[i % 8] as number);
    const result = boundaryIou(long(prediction), long(label), 8, { distance: 1 });
    // 9 rows: top and bottom belong to the band as a whole.
    expect(result?.perClass[1]).toBeCloseTo((4 * 2 + 7) / (4 * 2 + 7 * 2), 12);
  });

  test('refuses a distance that is none', () => {
    for (const distance of [0, 0.5, { diagonal: 0 }, { diagonal: 2 }]) {
      expect(() => plugin.options.parse({ distance })).toThrow();
    }
  });
});
