import jstat from 'jstat';

const { jStat } = jstat;

/** What something noisy is worth. */
export interface Estimate {
  readonly rewards: readonly number[];
  readonly mean: number;
  /** The 95 % interval of the mean by Student's t, as far as it is in [0, 1]; null for a single reward. */
  readonly interval: readonly [low: number, high: number] | null;
}

const CONFIDENCE = 0.95;

/** @param rewards independent, in [0, 1], at least one. */
export function estimateOf(rewards: readonly number[]): Estimate {
  const count = rewards.length;
  const mean = rewards.reduce((sum, reward) => sum + reward, 0) / count;
  if (count < 2) return { rewards, mean, interval: null };
  const squares = rewards.reduce((sum, reward) => sum + (reward - mean) ** 2, 0);
  const error = Math.sqrt(squares / (count - 1) / count);
  const reach = jStat.studentt.inv((1 + CONFIDENCE) / 2, count - 1) * error;
  return { rewards, mean, interval: [Math.max(0, mean - reach), Math.min(1, mean + reach)] };
}
