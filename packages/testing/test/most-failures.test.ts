import { describe, expect, test } from 'vitest';
import { mostFailures } from '../src/searcher/most-failures.ts';

/** P(count > most) by adding up binomial terms with whole-number coefficients. */
function tail(trials: number, chance: number, most: number): number {
  let sum = 0;
  let coefficient = 1n;
  for (let count = 0; count <= trials; count++) {
    if (count > most) sum += Number(coefficient) * chance ** count * (1 - chance) ** (trials - count);
    coefficient = (coefficient * BigInt(trials - count)) / BigInt(count + 1);
  }
  return sum;
}

describe('mostFailures', () => {
  test.each([
    [100, 0.15, 1e-9, 40],
    [100, 1 / 12, 1e-9, 29],
    [40, 0.5, 1e-6, undefined],
    [10, 0.01, 0.5, undefined],
    [1, 0.5, 0.1, undefined],
  ])('of %i at %d: the smallest count that is exceeded less than once in 1 / %d', (trials, chance, alarm, expected) => {
    const most = mostFailures(trials, chance, alarm);
    if (expected !== undefined) expect(most).toBe(expected);
    expect(tail(trials, chance, most)).toBeLessThanOrEqual(alarm);
    if (most > 0) expect(tail(trials, chance, most - 1)).toBeGreaterThan(alarm);
  });
});
