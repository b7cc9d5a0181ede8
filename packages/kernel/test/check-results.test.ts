import { checkResults, type TrialResult } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';

const proposals = [{ theta: [0, 0.5] }, { theta: [1, 0.25] }];
const results: readonly TrialResult[] = [
  { theta: [0, 0.5], status: 'complete', reward: 1 },
  { theta: [1, 0.25], status: 'failed', reward: 0 },
];
const withSecond = (change: Partial<TrialResult>): TrialResult[] => [
  results[0] as TrialResult,
  { ...(results[1] as TrialResult), ...change },
];

describe('checkResults', () => {
  test('gives the proposals that the results are of', () => {
    expect(checkResults('ppo', proposals, results)).toBe(proposals);
    expect(checkResults('ppo', [], [])).toEqual([]);
  });

  test('refuses results before a round was asked for', () => {
    expect(() => checkResults('ppo', null, results)).toThrow(
      expect.objectContaining({
        code: 'ASL_ARGUMENT_INVALID',
        details: { where: 'searcher "ppo", tell', expected: 'ask, then tell' },
      }),
    );
  });

  test.each([0, 1, 3])('refuses %s results of two proposals', (count) => {
    const told = [...results, ...results].slice(0, count);
    expect(() => checkResults('ppo', proposals, told)).toThrow(
      expect.objectContaining({
        code: 'ASL_ARGUMENT_INVALID',
        details: { where: 'searcher "ppo", tell', expected: '2 results', received: String(count) },
      }),
    );
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY, -1e-9, 1 + 1e-9])(
    'refuses a reward of %s, and names it',
    (reward) => {
      expect(() => checkResults('random', proposals, withSecond({ reward }))).toThrow(
        expect.objectContaining({
          code: 'ASL_ARGUMENT_INVALID',
          details: {
            where: 'searcher "random", tell, result 1',
            expected: expect.stringContaining('[0, 1]'),
            received: String(reward),
          },
        }),
      );
    },
  );

  test.each([[[1, 0.5]], [[0, 0.25]], [[1]], [[1, 0.25, 0]]])('refuses the result of another point: %s', (theta) => {
    expect(() => checkResults('ppo', proposals, withSecond({ theta }))).toThrow(
      expect.objectContaining({
        code: 'ASL_ARGUMENT_INVALID',
        details: {
          where: 'searcher "ppo", tell, result 1',
          expected: '[1,0.25]',
          received: JSON.stringify(theta),
          remedy: expect.stringContaining('order'),
        },
      }),
    );
  });
});
