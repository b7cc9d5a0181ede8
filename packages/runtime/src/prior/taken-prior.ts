import type { PriorTask, SearchSpace } from '@auto-seg-loss/kernel';

/**
 * What was taken of a prior when a search was begun. It is kept in the store: the search goes on with it, whatever became of the
 * other run since. A type, not an interface, so that it is JSON.
 */
export type TakenPrior = PriorTask & {
  /** The metric that was searched for there; of a loss file that says none, the one whose formula it relaxes. */
  readonly metric: string;
  /** The data set's plugin; null for a loss that does not say. */
  readonly dataset: string | null;
  /** Trials whose curves cannot be drawn in the new search. */
  readonly leftOut: number;
};

/** A space as its searcher sees it. */
export function withPrior(space: SearchSpace, taken: readonly TakenPrior[]): SearchSpace {
  return taken.length === 0 ? space : { ...space, prior: taken.map(({ name, trials }) => ({ name, trials })) };
}
