import type { TrialResult } from '@auto-seg-loss/kernel';

/**
 * How much better each trial of a round was than the round's baseline: A = reward − baseline.
 *
 * The baseline is the reward of μ, which is the first trial ('mu'), or the mean of all rewards ('mean').
 *
 * Trials that did not end count by the round's floor, the lowest reward of its complete trials:
 * - a failed trial counts as the floor. Its own 0 says nothing but "worse", and beside rewards that differ by a few
 *   hundredths it would outweigh all others and throw μ to one side;
 * - a pruned trial counts as its last report, but no lower than the floor: it was trained for less than the others;
 * - where μ itself did not end, the baseline is the mean.
 *
 * @returns null if no trial is complete: there is nothing to learn from.
 */
export function advantages(results: readonly TrialResult[], baseline: 'mu' | 'mean'): readonly number[] | null {
  const complete = results.filter(({ status }) => status === 'complete');
  if (complete.length === 0) return null;
  const floor = Math.min(...complete.map(({ reward }) => reward));
  const rewards = results.map(({ status, reward }) => (status === 'failed' ? floor : Math.max(reward, floor)));
  const useMu = baseline === 'mu' && results[0]?.status === 'complete';
  const compared = useMu ? (rewards[0] as number) : rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
  return rewards.map((reward) => reward - compared);
}
