import type { TrialResult } from './searcher.ts';

/**
 * What the trials of a round are worth. Those that did not end count by the round's floor, the lowest reward of its complete
 * trials: a failed trial as the floor, since its own 0 says nothing but "worse", and beside rewards that differ by a few
 * hundredths it would outweigh all others; a pruned one as its last report, but no lower than the floor, since it was trained for
 * less than the others.
 *
 * @returns null if no trial is complete: there is nothing to learn from.
 */
export function worths(results: readonly TrialResult[]): readonly number[] | null {
  const complete = results.filter(({ status }) => status === 'complete');
  if (complete.length === 0) return null;
  const floor = Math.min(...complete.map(({ reward }) => reward));
  return results.map(({ status, reward }) => (status === 'failed' ? floor : Math.max(reward, floor)));
}
