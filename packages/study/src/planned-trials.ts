import type { Searcher } from '@auto-seg-loss/kernel';
import type { ReevaluationOptions } from './reevaluate.ts';

/** How many trials a study comes to. */
export interface PlannedTrials {
  /** The searcher's own. */
  readonly searched: number;
  /** Of the best, before one is named; at most, since a searcher may recommend what is among them. */
  readonly again: number;
  /** Of the one that is named, to say what it is worth. */
  readonly confirm: number;
}

/**
 * @param rivals that are tried beside the best, before one is named.
 * @param several whether it is for several metrics: what a searcher recommends is then no point of the front.
 */
export function plannedTrials(
  searcher: Searcher,
  reevaluation: ReevaluationOptions | undefined,
  rivals = 0,
  several = false,
): PlannedTrials {
  const searched = searcher.trials ?? searcher.rounds * searcher.samples;
  const { candidates, repeats, confirm } = reevaluation ?? { candidates: 0, repeats: 0, confirm: 0 };
  if (repeats === 0) return { searched, again: 0, confirm: 0 };
  const recommended = several || searcher.recommend === undefined ? 0 : 1;
  return { searched, again: repeats * (candidates + rivals + recommended), confirm };
}
