import type { Observation } from './gaussian-process.ts';

/** Observations that are kept: the search moves on, and the time of a fit grows with their cube. */
const MEMORY = 200;

/** With the trials of a round, without what is too long ago. */
export function remembered(earlier: readonly Observation[], round: readonly Observation[]): readonly Observation[] {
  return [...earlier, ...round].slice(-MEMORY);
}

/**
 * Pre-selection (Ulmer, Streichert & Zell 2003, "Evolution Strategies assisted by Gaussian Processes with Improved
 * Pre-Selection Criterion", with the expected value as criterion): the best of `draws` draws, by what a Gaussian process makes of earlier
 * trials (`expected`; null where there is nothing to go by). A draw costs nothing; what would be trained for nothing is seen before.
 */
export function preselected(
  draw: () => readonly number[],
  draws: number,
  expected: ((theta: readonly number[]) => number) | null,
): () => readonly number[] {
  if (draws === 1 || expected === null) return draw;
  return () => {
    const points = Array.from({ length: draws }, draw);
    const worths = points.map(expected);
    return points[worths.indexOf(Math.max(...worths))] as readonly number[];
  };
}
