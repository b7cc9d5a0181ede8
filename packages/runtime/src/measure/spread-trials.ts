import { AslError } from '@auto-seg-loss/kernel';
import { type FinishedTrial, isCandidate, rewardOf, TrialStore } from '@auto-seg-loss/study';
import { type TrustedRun, trustedRun } from '../commands/stored-run.ts';

/** Of fewer an order says nothing. */
const LEAST = 5;

/**
 * Trials of a run to be measured again: of different losses, as many as wanted, evenly spread from the worst reward to the best.
 * @throws AslError ASL_SEARCH_FAILED for a run with fewer than five; ASL_RUN_FOLDER where there is none; ASL_NOT_TRUSTED for one
 *   from elsewhere that names code.
 */
export async function spreadTrials(
  folder: string,
  count: number,
  allowCode: boolean,
): Promise<{ readonly run: TrustedRun; readonly chosen: readonly FinishedTrial[] }> {
  const store = TrialStore.read(folder);
  try {
    const run = await trustedRun(store, folder, allowCode);
    const chosen = spread(
      store.trials().filter((trial): trial is FinishedTrial => isCandidate(trial)),
      count,
    );
    if (chosen.length >= LEAST) return { run, chosen };
    throw new AslError('ASL_SEARCH_FAILED', 'the run has too few trials to compare their order', {
      where: folder,
      expected: `at least ${LEAST} trials that are complete, of different losses`,
      received: String(chosen.length),
      remedy: 'let the search go on, or ask for more candidates',
    });
  } finally {
    store.close();
  }
}

function spread(trials: readonly FinishedTrial[], count: number): readonly FinishedTrial[] {
  const different = [...new Map(trials.toReversed().map((trial) => [JSON.stringify(trial.theta), trial])).values()];
  const sorted = different.toSorted((a, b) => rewardOf(a.outcome) - rewardOf(b.outcome) || a.number - b.number);
  if (sorted.length <= count) return sorted;
  const places = Array.from({ length: count }, (_, index) => Math.round((index * (sorted.length - 1)) / (count - 1)));
  return places.map((place) => sorted[place] as FinishedTrial);
}
