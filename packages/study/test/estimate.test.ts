import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { estimateOf } from '../src/estimate.ts';
import { rankCorrelation } from '../src/rank-correlation.ts';

describe('rankCorrelation', () => {
  test('is that of ranks, ties with their mean: worked out by hand', () => {
    // Ranks 1, 2.5, 2.5, 4, 5 and 2, 1, 3.5, 3.5, 5: 7.25 / √(9.5 · 9.5).
    const { rho, interval } = rankCorrelation([1, 2, 2, 4, 5], [3, 1, 4, 4, 9]);
    expect(rho).toBeCloseTo(7.25 / 9.5, 12);
    // tanh(atanh(0.76316) ± 1.959964 · √(1.29121 / 2))
    expect(interval?.[0]).toBeCloseTo(Math.tanh(1.003734 - 1.57482), 4);
    expect(interval?.[1]).toBeCloseTo(Math.tanh(1.003734 + 1.57482), 4);
  });

  test('depends on the order alone, is 1 for the same and -1 for the opposite one', () => {
    const values = fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 5, maxLength: 20 });
    fc.assert(
      fc.property(values, (a) => {
        const cubes = a.map((value) => value ** 3);
        expect(rankCorrelation(a, cubes).rho).toBeCloseTo(1, 12);
        expect(
          rankCorrelation(
            a,
            cubes.map((value) => -value),
          ).rho,
        ).toBeCloseTo(-1, 12);
        for (const end of rankCorrelation(a, cubes).interval ?? [Number.NaN]) expect(end).toBeCloseTo(1, 12);
      }),
    );
  });

  test('there is none where all are equal, and no interval of few', () => {
    expect(rankCorrelation([1, 1, 1, 1, 1], [1, 2, 3, 4, 5])).toEqual({ rho: null, interval: null });
    expect(rankCorrelation([1, 2, 3, 4], [1, 2, 4, 3])).toMatchObject({ interval: null });
  });
});

test('an estimate has the interval of Student’s t', () => {
  // t(0.975, 4) = 2.776445; deviation √2.5 / 10, error √0.5 / 10.
  const { mean, interval } = estimateOf([0.4, 0.5, 0.6, 0.7, 0.3]);
  expect(mean).toBeCloseTo(0.5, 12);
  expect(interval?.[0]).toBeCloseTo(0.5 - 0.2776445 * Math.SQRT1_2, 6);
  expect(interval?.[1]).toBeCloseTo(0.5 + 0.2776445 * Math.SQRT1_2, 6);
  expect(estimateOf([0.5]).interval).toBeNull();
});

test('an estimate’s interval holds nothing that a reward cannot be', () => {
  expect(estimateOf([0, 0.01, 0.2]).interval?.[0]).toBe(0);
  expect(estimateOf([1, 0.99, 0.8]).interval?.[1]).toBe(1);
});
