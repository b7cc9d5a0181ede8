import { type TrialResult, worths } from '@auto-seg-loss/kernel';

/**
 * How much better each trial of a round was than the round's baseline: A = reward − baseline.
 *
 * The baseline is the reward of μ, which is the first trial ('mu'), or the mean of all rewards ('mean').
 *
 * Trials count as what they are worth (`worths`); where μ itself did not end, the baseline is the mean.
 *
 * @returns null if no trial is complete: there is nothing to learn from.
 */
export function advantages(results: readonly TrialResult[], baseline: 'mu' | 'mean'): readonly number[] | null {
  const rewards = worths(results);
  if (rewards === null) return null;
  const useMu = baseline === 'mu' && results[0]?.status === 'complete';
  const compared = useMu ? (rewards[0] as number) : rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
  return rewards.map((reward) => reward - compared);
}
