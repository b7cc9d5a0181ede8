import { Random, type SearcherFactory, type SearchSpace } from '@auto-seg-loss/kernel';
import { bestTrial, type TrialRecord, type TrialStore } from '@auto-seg-loss/study';

/** Where a search stood after a round. */
export interface Standing {
  readonly round: number;
  /** What it would have named: what the searcher recommends, or else the best trial. */
  readonly theta: readonly number[];
  /** That its networks were trained on so far. */
  readonly images: number;
}

/**
 * Where a finished search stood after each of its rounds.
 * @param perTrial images of a whole trial: what a failed one is taken to have cost.
 */
export function standings(
  store: TrialStore,
  factory: SearcherFactory,
  space: SearchSpace,
  perTrial: number,
): readonly Standing[] {
  const { snapshots } = store.contents();
  const trials = store.trials();
  const searcher = factory.create(space, Random.fromSeed(0));
  return snapshots
    .filter(({ round }) => round > 0)
    .flatMap(({ round, state }) => {
      searcher.restore(state);
      const before = trials.filter((trial) => trial.round < round);
      const theta = searcher.recommend?.().theta ?? bestTrial(before)?.theta;
      if (theta === undefined) return [];
      return [{ round, theta, images: before.reduce((sum, trial) => sum + imagesOf(trial, perTrial), 0) }];
    });
}

function imagesOf({ copyOf, outcome }: TrialRecord, perTrial: number): number {
  if (copyOf !== null || outcome === null) return 0;
  return outcome.status === 'failed' ? perTrial : outcome.images;
}
