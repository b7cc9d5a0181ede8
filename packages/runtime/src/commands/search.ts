import { relative, resolve } from 'node:path';
import { checkSchema, configSchema, type RunConfig } from '@auto-seg-loss/config';
import { AslError, type Json } from '@auto-seg-loss/kernel';
import { runStudy, type StudyResult, type TrialRecord, TrialStore } from '@auto-seg-loss/study';
import { assembleRun, type Run } from '../container/assemble-run.ts';
import { pluginContext } from '../context.ts';
import { trainWarmStart } from '../jobs/train-warm-start.ts';
import type { WorkerInit } from '../jobs/worker-init.ts';
import { type MakeExecutor, workerProcesses } from '../jobs/worker-pool.ts';
import type { LossFile } from '../loss-file/loss-file.ts';
import { writeLossFile } from '../loss-file/write-loss-file.ts';
import {
  type ChosenEngine,
  checkSameEnvironment,
  chooseEngine,
  type Environment,
  environmentOf,
} from '../run-folder/environment.ts';
import { nextRunFolder, type RunFolder, runFolder } from '../run-folder/layout.ts';
import { makeFolder, writeFile } from '../run-folder/write-file.ts';
import { foundLoss, nothingFound, type Winner, winnerOf } from './found-loss.ts';
import type { SearchEvent } from './search-events.ts';

export interface SearchOptions {
  /** The run folder, new or empty; by default the next free `runs/<metric>-<number>` beside the config. */
  readonly out?: string;
  /** auto: native if it is installed, else WebAssembly. */
  readonly engine?: 'auto' | 'native' | 'wasm';
  readonly onEvent?: (event: SearchEvent) => void;
  /** Ends the search early; what is finished is kept, and `resumeSearch` goes on. */
  readonly signal?: AbortSignal;
  /** What runs the trials: worker processes by default. */
  readonly makeExecutor?: MakeExecutor;
}

export interface SearchResult {
  readonly status: 'complete' | 'interrupted';
  readonly folder: string;
  /** Where the config's relative paths start. */
  readonly baseDir: string;
  readonly config: RunConfig;
  /** What was found, and its loss file; undefined for an interrupted search. */
  readonly found: { readonly loss: LossFile; readonly path: string; readonly winner: Winner } | undefined;
  readonly best: StudyResult['best'];
  /** What was tried again, the best first. */
  readonly finalists: StudyResult['finalists'];
  /** The searcher's trials that were begun, by number. */
  readonly trials: readonly TrialRecord[];
}

/** What the store keeps as a run's config: enough to put it together again, wherever the folder was moved with its config. */
interface StoredConfig {
  readonly config: RunConfig;
  /** Relative to the run folder. */
  readonly baseDir: string;
}

/**
 * Searches a loss: trains the warm start, runs the trials in worker processes, and writes `loss.json` into the run folder.
 * This process computes no tensors.
 * @throws AslError for what is wrong with plugins, data, engine or run folder; ASL_SEARCH_FAILED where no trial can be scored.
 */
export async function search(
  loaded: { readonly config: RunConfig; readonly baseDir: string },
  options: SearchOptions = {},
): Promise<SearchResult> {
  const engine = chooseEngine(options.engine);
  const run = await assembleRun(loaded.config, pluginContext(loaded.baseDir));
  const folder = runFolder(resolve(options.out ?? (await nextRunFolder(loaded.baseDir, (await run.metric).name))));
  const environment = await environmentOf(run, engine);
  await run.space;
  await makeFolder(folder.folder);
  const stored: StoredConfig = { config: run.config, baseDir: relative(folder.folder, loaded.baseDir) || '.' };
  const store = TrialStore.create(folder.folder, {
    config: stored as unknown as Json,
    environment: environment as unknown as Json,
  });
  try {
    await writeFile(folder.config, `${JSON.stringify(run.config, null, 2)}\n`);
    await writeFile(folder.environment, `${JSON.stringify(environment, null, 2)}\n`);
    return await runSearch({ run, folder, engine, environment, store, resumed: false, options });
  } finally {
    store.close();
    await run.dispose();
  }
}

/**
 * Goes on with a search where it ended; a finished one writes its `loss.json` again.
 * @param options.workers another number of processes, if wanted: it does not change the result.
 * @throws AslError ASL_RUN_FOLDER where there is no run; ASL_RUN_CHANGED where data, plugins or engine are others than before;
 *   ASL_STATE_CORRUPT for a damaged store or warm start; and as `search`.
 */
export async function resumeSearch(
  path: string,
  options: Omit<SearchOptions, 'out'> & { readonly workers?: number } = {},
): Promise<SearchResult> {
  const folder = runFolder(resolve(path));
  const store = TrialStore.open(folder.folder);
  try {
    const stored = store.meta.config as unknown as StoredConfig;
    const before = store.meta.environment as unknown as Environment;
    const config = { ...validConfig(stored.config, folder), workers: options.workers ?? stored.config.workers };
    const engine = chooseEngine(options.engine ?? before.engine);
    const run = await assembleRun(config, pluginContext(resolve(folder.folder, stored.baseDir)));
    try {
      const environment = await environmentOf(run, engine);
      checkSameEnvironment(before, environment, folder.folder);
      return await runSearch({ run, folder, engine, environment, store, resumed: true, options });
    } finally {
      await run.dispose();
    }
  } finally {
    store.close();
  }
}

/** A stored config, in the order of the schema: hashes of its parts, and `loss.json`, come out as in the run's first process. */
function validConfig(stored: RunConfig, { folder }: RunFolder): RunConfig {
  const checked = checkSchema(configSchema, stored);
  if ('value' in checked) return checked.value;
  throw new AslError('ASL_RUN_CHANGED', 'the run was begun by a version with other config fields', {
    where: folder,
    problems: checked.problems,
    remedy: 'go on with the version that began it, or start a new run',
  });
}

interface OpenSearch {
  readonly run: Run;
  readonly folder: RunFolder;
  readonly engine: ChosenEngine;
  readonly environment: Environment;
  readonly store: TrialStore;
  readonly resumed: boolean;
  readonly options: SearchOptions;
}

async function runSearch(open: OpenSearch): Promise<SearchResult> {
  const { run, folder, engine, store, options } = open;
  const { config } = run;
  const emit = options.onEvent ?? (() => {});
  emit({
    type: 'run-opened',
    folder: folder.folder,
    resumed: open.resumed,
    workers: config.workers,
    engine,
    metric: (await run.metric).name,
  });
  const result = await runTrials(open, emit);
  const base = {
    folder: folder.folder,
    baseDir: run.context.baseDir,
    config,
    best: result.best,
    finalists: result.finalists,
    trials: result.trials,
  };
  if (result.status === 'interrupted') return { ...base, status: 'interrupted', found: undefined };
  if (result.best === null) throw nothingFound(store.trials());
  const winner = winnerOf(result.best, result.finalists);
  const loss = await foundLoss(run, open.environment, winner, folder.folder);
  await writeLossFile(folder.loss, loss);
  return { ...base, status: 'complete', found: { loss, path: folder.loss, winner } };
}

async function runTrials(
  { run, folder, engine, store, options }: OpenSearch,
  emit: (event: SearchEvent) => void,
): Promise<StudyResult> {
  const { signal = new AbortController().signal, makeExecutor = workerProcesses } = options;
  const { config, context } = run;
  const init = (job: WorkerInit['job']): WorkerInit => ({
    job,
    config,
    context,
    engine: engine.engine,
    warmStart: folder.warmStart,
  });
  const { warmStart } = config.proxy;
  if (warmStart !== null) {
    const { iterations } = warmStart;
    let begun = false;
    try {
      await trainWarmStart({
        path: folder.warmStart,
        makeExecutor: () => {
          begun = true;
          emit({ type: 'warm-start-started', iterations });
          return makeExecutor(init('warm-start'), 1, folder.log);
        },
        onIteration: (done) => emit({ type: 'warm-start-progress', done, iterations }),
        signal,
      });
    } catch (error) {
      if (!(signal.aborted && error === signal.reason)) throw error;
      return { status: 'interrupted', best: null, finalists: [], trials: store.trials() };
    }
    if (begun) emit({ type: 'warm-start-finished' });
  }
  const executor = makeExecutor(init('trial'), config.workers, folder.log);
  try {
    const { reevaluation } = config;
    return await runStudy({ searcher: await run.searcher, store, executor, reevaluation, signal, onEvent: emit });
  } finally {
    await executor.close();
  }
}
