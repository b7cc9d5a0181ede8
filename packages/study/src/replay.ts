import { canonicalJson, type Searcher } from '@auto-seg-loss/kernel';
import { tellRound } from './tell-round.ts';
import { isFinished, type TrialRecord } from './trial.ts';
import type { TrialStore } from './trial-store.ts';

/** Where a search that is gone through again parts from what is stored. */
export interface Parting {
  /** From 0. */
  readonly round: number;
  /** What differs there; `ended` where the searcher has no such round. */
  readonly what: string;
}

/**
 * Goes through the rounds of a search again with a new searcher: asks it, and tells it what came of the stored trials.
 *
 * Where it proposes what was tried, and ends in the stored state, the search is what it would have been with this searcher
 * from its beginning, and can go on with it.
 * @param searcher as made by its factory; it is told all rounds.
 * @param rounds that belong to the search, of the stored ones: later ones are repeats of its best.
 * @returns null where it goes the same way.
 */
export function replay(searcher: Searcher, store: TrialStore, rounds: number): Parting | null {
  const last = store.lastSnapshot();
  if (last === null) return null;
  const finished = store.trials().filter(isFinished);
  for (let round = 0; round < last.round; round++) {
    const trials = store.round(round);
    const parting = differenceOf(searcher, trials, round);
    if (parting !== null) return parting;
    tellRound(
      searcher,
      finished.filter((trial) => trial.round <= round),
      round,
    );
  }
  if (canonicalJson(searcher.snapshot()) !== canonicalJson(last.state))
    return { round: last.round, what: 'its state is another' };
  const begun = last.round < rounds ? store.round(last.round) : [];
  return begun.length === 0 ? null : differenceOf(searcher, begun, last.round);
}

function differenceOf(searcher: Searcher, trials: readonly TrialRecord[], round: number): Parting | null {
  if (round >= searcher.rounds) return { round, what: 'ended' };
  const proposals = searcher.ask();
  if (proposals.length !== trials.length)
    return { round, what: `it proposes ${proposals.length} losses in place of ${trials.length}` };
  const other = trials.findIndex(({ theta, descent, whole }, index) => {
    const proposal = proposals[index];
    const now = [proposal?.theta ?? [], { ...proposal?.descent }, proposal?.whole ?? false] as const;
    return canonicalJson(now) !== canonicalJson([theta, { ...descent }, whole]);
  });
  return other === -1 ? null : { round, what: `its loss ${other + 1} is another` };
}
