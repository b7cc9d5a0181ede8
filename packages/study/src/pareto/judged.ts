import type { Scores } from '@auto-seg-loss/kernel';
import { layersOf, type ScoreVector } from './dominance.ts';
import { spreadContributions } from './spread.ts';

/**
 * What each of several trials is worth beside the others: their rewards where they were scored by one metric; by several, how they
 * stand.
 * @param trials those without scores, which failed, count as 0 by every metric.
 */
export function worthsOf(trials: readonly Pick<Scores, 'reward' | 'scores'>[]): readonly number[] {
  const metrics = trials.find(({ scores }) => scores !== undefined)?.scores?.length;
  if (metrics === undefined) return trials.map(({ reward }) => reward);
  const nothing = new Array<number>(metrics).fill(0);
  return standings(trials.map(({ scores }) => scores ?? nothing));
}

/**
 * How vectors stand, as a number that a searcher can learn from: the share of all that stand behind. First by the layers of
 * non-dominated sorting, within a layer by the hypervolume that each adds to it, as in MO-CMA-ES (Igel, Hansen and Roth 2007). So a
 * search is drawn to the front, and along it to where it is thin. Equal ones have equal numbers.
 * @returns in (0, 1), whatever the order of the vectors.
 */
export function standings(vectors: readonly ScoreVector[]): readonly number[] {
  const places = layersOf(vectors).flatMap((members, layer) => {
    const adds = spreadContributions(members.map((index) => vectors[index] as ScoreVector));
    return members.map((index, place) => ({ index, layer, adds: adds[place] as number }));
  });
  const ordered = places.toSorted((a, b) => a.layer - b.layer || b.adds - a.adds);
  const all = ordered.length;
  const worth = new Array<number>(all).fill(0);
  for (let from = 0; from < all; ) {
    const first = ordered[from] as (typeof ordered)[number];
    const next = ordered.findIndex(
      (other, place) => place > from && (other.layer !== first.layer || other.adds !== first.adds),
    );
    const until = next === -1 ? all : next;
    for (const { index } of ordered.slice(from, until)) worth[index] = 1 - (from + until) / 2 / all;
    from = until;
  }
  return worth;
}
