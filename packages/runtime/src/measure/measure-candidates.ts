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
import type { Cell } from '../jobs/worker-init.ts';
import { type MakeExecutor, workerProcesses } from '../jobs/worker-pool.ts';
import { chooseEngine, environmentOf, weightsNotes } from '../run-folder/environment.ts';
import { removeLeftovers, runFolder } from '../run-folder/layout.ts';
import { plainSpaceLeftOut, trialContent } from '../run-folder/trial-content.ts';
import { makeFolder } from '../run-folder/write-file.ts';
import { FixedSearcher } from './fixed-searcher.ts';

/** Rounds from here on are no search's: what is measured in them, nothing was chosen by. */
export const FIRST_FRESH_ROUND = 1_000_000;

/** As near to 1 as a share of trials that go on can be: of any number, all. */
const ALL = 1 - Number.EPSILON;

export interface MeasureOptions {
  /** Where what is measured is kept: a new folder, or one of an earlier call with the same points, which is gone on with. */
  readonly folder: string;
  /** θ of each candidate. */
  readonly candidates: readonly (readonly number[])[];
  /** How often each is trained: each time, all of them on the same batches and from the same weights. */
  readonly repeats: number;
  readonly firstRound?: number;
  /** What the trials of each repeat draw, in place of what its round would: one for each repeat. */
  readonly cells?: readonly Cell[];
  /** Shares of the training, rising, at which rewards are taken on the way; all trials go on. */
  readonly rungs?: readonly number[];
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

/** A trial of a candidate, and what it was worth on the way. */
export interface MeasuredTrial {
  readonly trial: FinishedTrial;
  /** Its reward at each of the rungs, in their order. */
  readonly atRungs: readonly number[];
}

/** As `measureDesign`, without what trials were worth on the way. */
export async function measureCandidates(
  loaded: LoadedRun,
  options: MeasureOptions,
): Promise<readonly (readonly FinishedTrial[])[] | undefined> {
  const measured = await measureDesign(loaded, options);
  return measured?.map((trials) => trials.map(({ trial }) => trial));
}

/**
 * Trains and scores candidates in the proxy task of a config, in rounds that no search has seen.
 * @returns for each candidate its trials, one for each repeat, with their rewards at the rungs; undefined after `signal` aborted: what is finished is kept.
 * @throws AslError ASL_RUN_FOLDER for a folder with other candidates, config or environment; and as `search`.
 */
export async function measureDesign(
  loaded: LoadedRun,
  options: MeasureOptions,
): Promise<readonly (readonly MeasuredTrial[])[] | undefined> {
  const {
    candidates,
    repeats,
    cells,
    rungs = [],
    firstRound = FIRST_FRESH_ROUND,
    makeExecutor = workerProcesses,
  } = options;
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
    // What was measured before there were designs is known as it was.
    const design = { ...(cells === undefined ? {} : { cells }), ...(rungs.length === 0 ? {} : { rungs }) };
    // No measurement depends on the first three; what was measured before there could be several metrics is known without them.
    const { workers: _workers, executor: _executor, prior: _prior, metrics, ...others } = plainSpaceLeftOut(config);
    const kept = { ...others, ...(metrics === null ? {} : { metrics }) };
    const meta = {
      config: { config: { ...kept, dataset }, candidates, firstRound, ...design } as unknown as Json,
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
      const { coordinates } = await run.space;
      const opened = { folder: folder.folder, resumed: null, workers, executor: config.executor.use };
      emit({ type: 'run-opened', ...opened, engine, weights, metric, coordinates });
      const id = contentKey({ folder: resolve(folder.folder) });
      const paused = rungs.length === 0 ? null : folder.paused;
      const trials = {
        run,
        folder,
        engine,
        environment,
        paused,
        firstRound,
        id,
        content,
        ...(cells === undefined ? {} : { cells }),
      };
      const { executor } = await trialExecutor({ ...trials, makeExecutor, emit, signal });
      try {
        const searcher = new FixedSearcher(candidates, repeats);
        const onEvent = (event: StudyEvent): void => emit(event);
        const pruning = rungs.length === 0 ? null : ({ rule: 'halving', rungs, keep: ALL } as const);
        const { status } = await runStudy({ searcher, store, executor, content, pruning, signal, onEvent });
        if (status === 'interrupted') return undefined;
      } finally {
        await executor.close();
      }
      const rounds = Array.from({ length: repeats }, (_, round) => store.round(round).filter(isFinished));
      const onTheWay = new Map(store.rungs().map(({ number, share, scores }) => [`${number} ${share}`, scores.reward]));
      return candidates.map((_, index) =>
        rounds.map((trials): MeasuredTrial => {
          const trial = trials[index] as FinishedTrial;
          return { trial, atRungs: rungs.map((share) => onTheWay.get(`${trial.number} ${share}`) ?? 0) };
        }),
      );
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
