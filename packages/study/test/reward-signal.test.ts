import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rewardSignal } from '../src/reward-signal.ts';
import type { Outcome, TrialRecord } from '../src/trial.ts';

const scores = (reward: number) => ({ reward, metrics: {}, images: 1 });
const complete = (reward: number): Outcome => ({ status: 'complete', ...scores(reward) });
const pruned = (reward: number, share: number): Outcome => ({ status: 'pruned', ...scores(reward), share });
const failed: Outcome = { status: 'failed', error: 'not finite' };

let count = 0;
const trial = (
  round: number,
  theta: number,
  outcome: Outcome | null,
  more: Partial<TrialRecord> = {},
): TrialRecord => ({
  number: count++,
  round,
  index: 0,
  key: '',
  theta: [theta],
  descent: null,
  whole: false,
  outcome,
  copyOf: null,
  ms: 1,
  ...more,
});
const signalOf = (...trials: readonly TrialRecord[]) => rewardSignal(trials, []);

describe('the signal in the rewards', () => {
  test('is some where two losses of a round differ', () => {
    expect(signalOf(trial(0, 0.1, complete(0.4)), trial(0, 0.2, complete(0.4)), trial(0, 0.3, complete(0.41)))).toBe(
      'some',
    );
  });

  test('is none where all are equal, whatever failed', () => {
    expect(signalOf(trial(0, 0.1, complete(0.4)), trial(0, 0.2, complete(0.4)), trial(0, 0.3, failed))).toBe('none');
  });

  test('is none where rounds differ, and within each all losses are equal: batches make the difference', () => {
    const of = (last: number) =>
      signalOf(
        ...[0.1, 0.2].map((theta) => trial(0, theta, complete(0.4))),
        trial(1, 0.3, complete(0.5)),
        trial(1, 0.4, complete(last)),
      );
    expect(of(0.5)).toBe('none');
    expect(of(0.51)).toBe('some');
  });

  test('is unknown of a single loss, though it was tried twice', () => {
    expect(signalOf()).toBe('unknown');
    expect(signalOf(trial(0, 0.1, complete(0.4)), trial(0, 0.2, failed), trial(1, 0.3, null))).toBe('unknown');
    expect(signalOf(trial(0, 0.1, complete(0.4)), trial(0, 0.1, complete(0.4)))).toBe('unknown');
  });

  test('is taken over all rounds where each has one loss', () => {
    expect(signalOf(trial(0, 0.1, complete(0.4)), trial(1, 0.2, complete(0.4)))).toBe('none');
    expect(signalOf(trial(0, 0.1, complete(0.4)), trial(1, 0.2, complete(0.5)))).toBe('some');
  });

  test('is not that of networks whose losses changed on the way', () => {
    const descent = { every: 1, learningRate: 0.1 };
    const descending = [0.3, 0.4].map((reward, i) => trial(0, i / 10, complete(reward), { descent }));
    expect(signalOf(...descending, trial(1, 0.1, complete(0.5)), trial(1, 0.2, complete(0.5)))).toBe('none');
  });

  test('is that at a rung, of those that stopped there and those that went on', () => {
    const trials = [trial(0, 0.1, complete(0.4)), trial(0, 0.2, pruned(0.2, 0.5)), trial(0, 0.3, pruned(0.2, 0.5))];
    const rung = (rewards: readonly number[]) =>
      rewards.map((reward, i) => ({ number: (trials[i] as TrialRecord).number, share: 0.5, scores: scores(reward) }));
    expect(rewardSignal(trials, rung([0.3, 0.2, 0.2]))).toBe('some');
    expect(rewardSignal(trials, rung([0.2, 0.2, 0.2]))).toBe('none');
  });

  test('does not depend on the order of the trials', () => {
    const one = fc.tuple(fc.nat(2), fc.nat(3), fc.constantFrom(0.4, 0.5));
    fc.assert(
      fc.property(fc.array(one, { maxLength: 8 }), (list) => {
        const trials = list.map(([round, theta, reward]) => trial(round, theta / 10, complete(reward)));
        expect(signalOf(...trials.toReversed())).toBe(signalOf(...trials));
      }),
    );
  });
});
