import { type TrialResult, worths } from '@auto-seg-loss/kernel';

/** Among equal rewards, what was trained to its end stands before what was not. */
const ORDER = { complete: 0, pruned: 1, failed: 2 } as const;

/**
 * The trials of a round by what they are worth, best first: indices into `results`. Of those that are worth the floor, failed
 * trials stand behind all others; what was pruned later stands before what was pruned earlier, and of equal ones the better
 * one.
 *
 * What is still equal keeps the order of the proposals, as in `cmaes`: samples of a round are exchangeable, so this favours
 * no part of the space.
 *
 * @returns null if no trial is complete.
 */
export function ranking(results: readonly TrialResult[]): readonly number[] | null {
  const worth = worths(results);
  if (worth === null) return null;
  return results
    .map(({ status, reward, share = 0 }, index) => ({
      index,
      share,
      reward,
      worth: worth[index] as number,
      order: ORDER[status],
    }))
    .sort(
      (a, b) => b.worth - a.worth || a.order - b.order || b.share - a.share || b.reward - a.reward || a.index - b.index,
    )
    .map(({ index }) => index);
}
