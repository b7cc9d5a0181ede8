import type { Finalists, SearchView } from '@auto-seg-loss/runtime';
import { type FinishedTrial, isFinished } from '@auto-seg-loss/study';
import type { ShownFront } from './shown-front.ts';
import type { Winner } from './winner.ts';

/** What the sections of a search's page are made of. */
export interface Searched {
  readonly view: SearchView;
  /** The searcher's trials that have an outcome, by number. */
  readonly trials: readonly FinishedTrial[];
  readonly finalists: Finalists;
  readonly winner: Winner | undefined;
  /** null of a search for one metric, and where no trial is complete. */
  readonly front: ShownFront | null;
}

export function searcherTrials({ trials, rounds }: SearchView): readonly FinishedTrial[] {
  return trials.filter((trial): trial is FinishedTrial => trial.round < rounds && isFinished(trial));
}
