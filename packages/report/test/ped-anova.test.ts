import { Random } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { pedAnova, type TriedPoint } from '../src/contents/ped-anova.ts';

/** Points all over the cube, with the values of a function. */
function drawn(count: number, dimensions: number, f: (theta: readonly number[]) => number): readonly TriedPoint[] {
  const random = Random.fromSeed('points');
  return Array.from({ length: count }, () => {
    const theta = Array.from({ length: dimensions }, () => random.uniform());
    return { theta, reward: f(theta) };
  });
}

const sharesOf = (points: readonly TriedPoint[]) => (pedAnova(points) ?? []).map(({ share }) => share);

describe('PED-ANOVA', () => {
  test('what alone decides has nearly all of the importance', () => {
    const [first = 0, ...others] = sharesOf(drawn(2000, 4, ([x = 0]) => x));
    expect(first).toBeGreaterThan(0.95);
    for (const share of others) expect(share).toBeLessThan(0.03);
  });

  test.each([
    ['a sum', ([x = 0, y = 0]: readonly number[]) => x + y],
    ['a product', ([x = 0, y = 0]: readonly number[]) => x * y],
    ['a sum of distances', ([x = 0, y = 0]: readonly number[]) => Math.abs(x - 0.5) + Math.abs(y - 0.5)],
  ])('%s of two has them level', (_, f) => {
    const [x = 0, y = 0, z = 0] = sharesOf(drawn(4000, 3, f));
    expect(x).toBeCloseTo(y, 1);
    expect(z).toBeLessThan(0.03);
  });

  test('a steeper coordinate matters more, and a valley is seen too', () => {
    const [x = 0, y = 0, z = 0] = sharesOf(drawn(2000, 3, ([a = 0, b = 0]) => -4 * (a - 0.3) ** 2 - (b - 0.6) ** 2));
    expect(x).toBeGreaterThan(1.5 * y);
    expect(y).toBeGreaterThan(z);
  });

  test('a coordinate that was drawn unevenly, and decides nothing, is not important', () => {
    const random = Random.fromSeed('uneven');
    const points = drawn(2000, 2, ([x = 0]) => x).map(({ theta: [x = 0], reward }) => {
      return { theta: [x, 0.5 + 0.1 * random.uniform()], reward };
    });
    expect(sharesOf(points)[0]).toBeGreaterThan(0.95);
  });

  const rewards = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 30, maxLength: 60 });
  test.prop([rewards], { numRuns: 20 })(
    'shares add up to 1, lie in their intervals, and see only the order',
    (values) => {
      const points = drawn(values.length, 3, () => 0).map(({ theta }, index) => ({
        theta,
        reward: values[index] ?? 0,
      }));
      const importances = pedAnova(points) ?? [];
      expect(importances.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
      for (const { share, interval } of importances) {
        expect(share).toBeGreaterThanOrEqual(interval[0]);
        expect(share).toBeLessThanOrEqual(interval[1]);
      }
      // Halving is exact but for the smallest numbers, which may become equal.
      if (values.every((value) => value === 0 || value > 1e-300))
        expect(pedAnova(points.map(({ theta, reward }) => ({ theta, reward: reward / 2 })))).toEqual(importances);
    },
  );

  test('too few points, or too few with a reward, tell nothing', () => {
    expect(pedAnova([])).toBeUndefined();
    expect(pedAnova(drawn(20, 2, ([x = 0]) => x))).toBeUndefined();
    const stopped = drawn(100, 2, ([x = 0]) => x).map((point, index) =>
      index < 10 ? point : { ...point, reward: null },
    );
    expect(pedAnova(stopped)).toBeUndefined();
  });
});
