import type { TrialResult } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { advantages } from '../src/advantages.ts';

const trial = (status: TrialResult['status'], reward: number): TrialResult => ({ theta: [0.5], status, reward });
const close = (actual: readonly number[] | null, expected: readonly number[]): void => {
  expect(actual?.map((value) => Math.round(value * 1e12) / 1e12)).toEqual(expected);
};

describe('advantages', () => {
  test('are rewards over that of μ, or over their mean', () => {
    const results = [trial('complete', 0.4), trial('complete', 0.5), trial('complete', 0.45)];
    close(advantages(results, 'mu'), [0, 0.1, 0.05]);
    close(advantages(results, 'mean'), [-0.05, 0.05, 0]);
  });

  test('a failed trial counts as the worst complete one, not as 0', () => {
    close(advantages([trial('complete', 0.4), trial('failed', 0), trial('complete', 0.3)], 'mu'), [0, -0.1, -0.1]);
  });

  test('a pruned trial counts as its report, but no lower than the worst complete one', () => {
    const results = [trial('complete', 0.4), trial('pruned', 0.05), trial('pruned', 0.35), trial('complete', 0.3)];
    close(advantages(results, 'mu'), [0, -0.1, -0.05, -0.1]);
  });

  test('where μ did not end, the mean is the baseline', () => {
    close(
      advantages([trial('failed', 0), trial('complete', 0.5), trial('complete', 0.3)], 'mu'),
      [-0.066666666667, 0.133333333333, -0.066666666667],
    );
  });

  test('a round without a complete trial teaches nothing', () => {
    expect(advantages([trial('failed', 0), trial('pruned', 0.2)], 'mu')).toBeNull();
  });
});
