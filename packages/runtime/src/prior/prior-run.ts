import { searchedMetrics } from '@auto-seg-loss/config';
import { AslError, worths } from '@auto-seg-loss/kernel';
import { pluginContext, type RunContext } from '@auto-seg-loss/plugin-host';
import { type FinishedTrial, isFinished, resultOfTrial, TrialStore } from '@auto-seg-loss/study';
import { trustedRun } from '../commands/stored-run.ts';
import type { assembleRun } from '../container/assemble-run.ts';
import { classShares } from '../container/class-shares.ts';
import type { TrainingData } from '../inspection/training-data.ts';
import { runFolder } from '../run-folder/layout.ts';
import { readSealedJson } from '../run-folder/sealed-json.ts';
import type { PriorSource } from './prior-source.ts';

/**
 * The trials of another search, also of one that goes on meanwhile. As where a run is looked at, its plugins are loaded, and what is
 * made of them is what its losses are of.
 * @param folder of the run. @param context of the new search. @param assemble puts a run together.
 * @throws AslError ASL_RUN_FOLDER where nothing was tried yet; ASL_NOT_TRUSTED for a run from elsewhere that names code;
 *   ASL_RUN_CHANGED, ASL_STATE_CORRUPT as for a run that goes on.
 */
export async function priorRun(
  folder: string,
  context: RunContext,
  assemble: typeof assembleRun,
): Promise<PriorSource> {
  const store = TrialStore.read(folder);
  try {
    const stored = await trustedRun(store, folder, context.allowCode === true);
    const { config } = stored;
    // Where it started, and what it learned from, is nothing to learn from.
    const run = await assemble({ ...config, start: null }, pluginContext(stored.baseDir, stored), []);
    try {
      const space = await run.space;
      const shares = space.needsShares ? await sharesOf(folder) : undefined;
      const isKnown = !space.needsShares || shares !== undefined;
      const tried = isKnown
        ? worthOfThetas(store).map(({ theta, reward }) => ({ terms: space.decode(theta, shares), reward }))
        : [];
      if (tried.length === 0) throw nothingTried(folder);
      const { slots } = space;
      const made = { slots, formula: (await run.formula).name, surrogate: await run.surrogate };
      return {
        metric: searchedMetrics(config)
          .map(({ use }) => use)
          .join(', '),
        dataset: config.dataset.use,
        curves: slots.length === 0 ? null : { ...made, use: run.config.surrogate },
        tried,
      };
    } finally {
      await run.dispose();
    }
  } finally {
    store.close();
  }
}

/** How often each class is there, on which losses with weights of classes depend. */
async function sharesOf(folder: string): Promise<readonly number[] | undefined> {
  const read = await readSealedJson(runFolder(folder).data);
  if (read === undefined || read === 'damaged') return undefined;
  const training = read.training as unknown as TrainingData | undefined;
  return training === undefined ? undefined : classShares(training);
}

interface Tried {
  readonly theta: readonly number[];
  readonly reward: number;
}

/**
 * What each θ was worth, on average over its trials, of those that tried one loss throughout. As searchers are told: what did not
 * come to its end counts by what the others of its round reached, and a round in which none did says nothing.
 */
function worthOfThetas(store: TrialStore): readonly Tried[] {
  const byTheta = new Map<string, { theta: readonly number[]; worths: number[] }>();
  const trials = store.trials().filter((trial): trial is FinishedTrial => isFinished(trial) && trial.descent === null);
  for (const round of new Set(trials.map((trial) => trial.round))) {
    const own = trials.filter((trial) => trial.round === round);
    const worth = worths(own.map((trial) => resultOfTrial(trial))) ?? [];
    for (const [index, value] of worth.entries()) {
      const { theta } = own[index] as FinishedTrial;
      const key = JSON.stringify(theta);
      const same = byTheta.get(key) ?? { theta, worths: [] };
      same.worths.push(value);
      byTheta.set(key, same);
    }
  }
  return [...byTheta.values()].map(({ theta, worths: all }) => ({
    theta,
    reward: all.reduce((sum, one) => sum + one, 0) / all.length,
  }));
}

function nothingTried(folder: string): AslError {
  return new AslError(
    'ASL_RUN_FOLDER',
    'there is nothing to learn from this search: none of its trials came to its end',
    {
      where: folder,
      expected: 'a search with a trial that was trained to its end and scored',
      received: 'none yet',
      remedy: 'wait until it has some, or leave it out of "prior"',
    },
  );
}
