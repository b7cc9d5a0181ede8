import { resolve } from 'node:path';
import { AslError, canonicalJson, contentKey, type Json, type PluginUse } from '@auto-seg-loss/kernel';
import { type LoadedRun, pluginContext } from '@auto-seg-loss/plugin-host';
import {
  type FinishedTrial,
  isBegun,
  isFinished,
  rewardOf,
  runStudy,
  type StudyEvent,
  TrialStore,
} from '@auto-seg-loss/study';
import type { SearchEvent } from '../commands/search-events.ts';
import { trialExecutor } from '../commands/trial-executor.ts';
import { assembleRun } from '../container/assemble-run.ts';
import { coordinateNames } from '../container/coordinate-names.ts';
import { type MakeExecutor, workerProcesses } from '../jobs/worker-pool.ts';
import { chooseEngine, environmentOf, weightsNotes } from '../run-folder/environment.ts';
import { removeLeftovers, runFolder } from '../run-folder/layout.ts';
import { trialContent } from '../run-folder/trial-content.ts';
import { makeFolder } from '../run-folder/write-file.ts';
import { FixedSearcher } from './fixed-searcher.ts';

/** Rounds from here on are no search's: what is measured in them, nothing was chosen by. */
export const FIRST_FRESH_ROUND = 1_000_000;

export interface MeasureOptions {
  /** Where what is measured is kept: a new folder, or one of an earlier call with the same points, which is gone on with. */
  readonly folder: string;
  /** θ of each candidate. */
  readonly candidates: readonly (readonly number[])[];
  /** How often each is trained: each time, all of them on the same batches and from the same weights. */
  readonly repeats: number;
  readonly firstRound?: number;
  /** What trials are known by in place of the config's data set, where its data lie elsewhere than when they were begun. */
  readonly dataset?: PluginUse;
  /** The warm start of the search, if there is one; without it, it is trained again. */
  readonly warmStart?: string;
  /** What the search saw of its training images; without it, they are looked at again. */
  readonly data?: string;
  readonly engine?: 'auto' | 'native' | 'wasm';
  readonly onEvent?: (event: SearchEvent) => void;
  readonly signal?: AbortSignal;
  readonly makeExecutor?: MakeExecutor;
}

/**
 * Trains and scores candidates in the proxy task of a config, in rounds that no search has seen.
 * @returns for each candidate its trials, one for each repeat; undefined after `signal` aborted: what is finished is kept.
 * @throws AslError ASL_RUN_FOLDER for a folder with other candidates, config or environment; and as `search`.
 */
export async function measureCandidates(
  loaded: LoadedRun,
  options: MeasureOptions,
): Promise<readonly (readonly FinishedTrial[])[] | undefined> {
  const { candidates, repeats, firstRound = FIRST_FRESH_ROUND, makeExecutor = workerProcesses } = options;
  const { signal = new AbortController().signal, onEvent: emit = () => {} } = options;
  const engine = chooseEngine(options.engine);
  const run = await assembleRun(loaded.config, pluginContext(loaded.baseDir, loaded));
  const folder = {
    ...runFolder(options.folder),
    ...(options.warmStart === undefined ? {} : { warmStart: options.warmStart }),
    ...(options.data === undefined ? {} : { data: options.data }),
  };
  try {
    const { config } = run;
    await (await run.executor).ready?.();
    const environment = await environmentOf(run, engine);
    const { dataset = config.dataset } = options;
    const { workers: _workers, executor: _executor, metrics, ...others } = config;
    // What was measured before there could be several is known without them.
    const kept = { ...others, ...(metrics === null ? {} : { metrics }) };
    const meta = {
      config: { config: { ...kept, dataset }, candidates, firstRound } as unknown as Json,
      environment: environment as unknown as Json,
    };
    const store = openFor(folder.folder, meta);
    try {
      await makeFolder(folder.paused);
      await removeLeftovers(folder);
      const content = trialContent(run, environment, dataset);
      const metric = (await run.metric).name;
      const weights = await weightsNotes(run);
      const { workers } = config;
      const { slots, dimensions } = await run.space;
      const coordinates = coordinateNames(slots, dimensions);
      const opened = { folder: folder.folder, resumed: null, workers, executor: config.executor.use };
      emit({ type: 'run-opened', ...opened, engine, weights, metric, coordinates });
      const id = contentKey({ folder: resolve(folder.folder) });
      const trials = { run, folder, engine, environment, paused: null, firstRound, id, content };
      const executor = await trialExecutor({ ...trials, makeExecutor, emit, signal });
      try {
        const searcher = new FixedSearcher(candidates, repeats);
        const onEvent = (event: StudyEvent): void => emit(event);
        const { status } = await runStudy({ searcher, store, executor, content, signal, onEvent });
        if (status === 'interrupted') return undefined;
      } finally {
        await executor.close();
      }
      const rounds = Array.from({ length: repeats }, (_, round) => store.round(round).filter(isFinished));
      return candidates.map((_, index) => rounds.map((trials) => trials[index] as FinishedTrial));
    } finally {
      store.close();
    }
  } catch (error) {
    if (signal.aborted && error === signal.reason) return undefined;
    throw error;
  } finally {
    await run.dispose();
  }
}

/** The mean reward of a candidate's trials. */
export function meanRewardOf(trials: readonly FinishedTrial[]): number {
  return trials.reduce((sum, { outcome }) => sum + rewardOf(outcome), 0) / trials.length;
}

function openFor(folder: string, meta: { readonly config: Json; readonly environment: Json }): TrialStore {
  if (!isBegun(folder)) return TrialStore.create(folder, meta);
  const store = TrialStore.open(folder);
  if (canonicalJson(store.meta.config) === canonicalJson(meta.config)) {
    if (canonicalJson(store.meta.environment) === canonicalJson(meta.environment)) return store;
  }
  store.close();
  throw new AslError('ASL_RUN_FOLDER', 'the folder holds other measurements', {
    where: folder,
    expected: 'a new folder, or one with the same candidates, config, data and versions',
    remedy: 'choose another folder, or remove this one',
  });
}
