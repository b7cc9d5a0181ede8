import type { Finalists, SearchView } from '@auto-seg-loss/runtime';
import { type FinishedTrial, isFinished } from '@auto-seg-loss/study';
import type { Winner } from './winner.ts';

/** What the sections of a search's page are made of. */
export interface Searched {
  readonly view: SearchView;
  /** The searcher's trials that have an outcome, by number. */
  readonly trials: readonly FinishedTrial[];
  readonly finalists: Finalists;
  readonly winner: Winner | undefined;
}

export function searcherTrials({ trials, rounds }: SearchView): readonly FinishedTrial[] {
  return trials.filter((trial): trial is FinishedTrial => trial.round < rounds && isFinished(trial));
}
