import { iterationAt } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';

const iterations = fc.integer({ min: 1, max: 100_000 });
const share = fc.double({ min: 0, max: 1, noNaN: true });

describe('the iteration at a share of a training', () => {
  test('is the nearest one', () => {
    expect([0.25, 0.5, 0.6, 0.99].map((at) => iterationAt(at, 10))).toEqual([3, 5, 6, 10]);
  });

  test('is the first at the smallest share, so that something is trained, and 0 at the beginning alone', () => {
    expect(iterationAt(0, 1000)).toBe(0);
    expect(iterationAt(1e-9, 1000)).toBe(1);
    expect(iterationAt(0.001, 10)).toBe(1);
  });

  test.prop([iterations])('is the last at the end', (count) => {
    expect(iterationAt(1, count)).toBe(count);
  });

  test.prop([iterations, share, share])(
    'comes no earlier at a larger share, and lies in the training',
    (count, a, b) => {
      const [early, late] = [iterationAt(Math.min(a, b), count), iterationAt(Math.max(a, b), count)];
      expect(early).toBeLessThanOrEqual(late);
      for (const at of [early, late]) expect(Number.isInteger(at) && at >= 0 && at <= count).toBe(true);
    },
  );
});
