import { test } from '@fast-check/vitest';
import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
import { learningRateAt } from '../src/learning-rate-at.ts';

const options = { learningRate: 0.02, iterations: 100, power: 0.9 };

describe('the learning rate', () => {
  test('without a warm-up is the poly schedule from the first iteration', () => {
    for (const iteration of [0, 1, 50, 99]) {
      const expected = 0.02 * (1 - iteration / 100) ** 0.9;
      expect(learningRateAt({ ...options, warmUp: 0 }, iteration)).toBe(expected);
    }
  });

  test('rises from a millionth of it, is whole once the warm-up ends, and falls over what is left', () => {
    const at = (iteration: number) => learningRateAt({ ...options, warmUp: 20 }, iteration);
    expect(at(0)).toBeCloseTo(0.02e-6, 12);
    expect(at(10)).toBeCloseTo(0.01, 6);
    expect(at(20)).toBe(0.02);
    expect(at(60)).toBeCloseTo(0.02 * 0.5 ** 0.9, 12);
    expect(at(99)).toBeCloseTo(0.02 * (1 / 80) ** 0.9, 12);
  });

  test.prop([fc.integer({ min: 2, max: 500 }), fc.nat(), fc.double({ min: 0, max: 3, noNaN: true })])(
    'is above 0 and no more than the whole, rises in the warm-up and never after it',
    (iterations, some, power) => {
      const warmUp = some % iterations;
      const rates = Array.from({ length: iterations }, (_, i) => {
        return learningRateAt({ iterations, warmUp, power, learningRate: 0.1 }, i);
      });
      for (const [i, rate] of rates.entries()) {
        expect(rate).toBeGreaterThan(0);
        expect(rate).toBeLessThanOrEqual(0.1);
        const before = rates[i - 1] ?? rate;
        if (i > 0 && i <= warmUp) expect(rate).toBeGreaterThan(before);
        else expect(rate).toBeLessThanOrEqual(before);
      }
    },
  );
});
