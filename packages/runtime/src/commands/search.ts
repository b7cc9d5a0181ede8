import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import type { RunConfig } from '@auto-seg-loss/config';
import { type AslError, contentKey, ERROR_CODES, isAslError, type Json } from '@auto-seg-loss/kernel';
import type { LossFile } from '@auto-seg-loss/loss-file';
import { type LoadedRun, pluginContext } from '@auto-seg-loss/plugin-host';
import { type StudyResult, type TrialContent, type TrialRecord, TrialStore } from '@auto-seg-loss/study';
import { assembleRun, type Run } from '../container/assemble-run.ts';
import type { MakeExecutor } from '../jobs/worker-pool.ts';
import { claimNextFolder, claimRunFolder } from '../run-folder/claim.ts';
import {
  changesBetween,
  chooseEngine,
  type Environment,
  environmentOf,
  runChanged,
} from '../run-folder/environment.ts';
import { type RunFolder, removeLeftovers, removePaused, removeRun, runFolder } from '../run-folder/layout.ts';
import { trialContent } from '../run-folder/trial-content.ts';
import { writeFile } from '../run-folder/write-file.ts';
import { same } from './differences.ts';
import { rejectEdited } from './edited-config.ts';
import type { Winner } from './found-loss.ts';
import { roundsBefore } from './longer-search.ts';
import { resumedConfig } from './resumed-config.ts';
import { resumedError } from './resumed-error.ts';
import { resumedFrom } from './resumed-search.ts';
import { runSearch } from './run-search.ts';
import type { SearchEvent } from './search-events.ts';
import { type StoredConfig, type TrustedRun, trustedRun } from './stored-run.ts';

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
  /** Where its packages were found from. */
  readonly packagesFrom: string;
  /** Whether going on with it, and using its loss, takes --allow-code: it names code, and lies outside of the project. */
  readonly needsAllowCode: boolean;
  readonly config: RunConfig;
  /** The name of the one that a loss was searched for. */
  readonly metric: string;
  /** What was found, and its loss file; undefined for an interrupted search, and where none is named. */
  readonly found: { readonly loss: LossFile; readonly path: string; readonly winner: Winner } | undefined;
  /** Why none is named, though the search came to its end: its rewards do not tell losses apart. */
  readonly failure: AslError | undefined;
  readonly best: StudyResult['best'];
  /** What was tried again, the best first. */
  readonly finalists: StudyResult['finalists'];
  /** What the first of them is worth, from rounds that nothing was chosen by. */
  readonly estimate: StudyResult['estimate'];
  /** The searcher's trials that were begun, by number. */
  readonly trials: readonly TrialRecord[];
  /** Whether the data set has val images, on which the loss can be compared with others. */
  readonly comparable: boolean;
  /** Class names, in the order of the metrics' values. */
  readonly classes: readonly string[];
  /** What a person should know of the data and of the result, in sentences. */
  readonly warnings: readonly string[];
}

/**
 * Searches a loss: trains the warm start, runs the trials in worker processes, and writes `loss.json` into the run folder.
 * This process computes no tensors.
 * Where config or data are refused before anything was trained, it leaves nothing.
 * @returns with `failure`, and no loss, where rewards do not differ between losses.
 * @throws AslError for what is wrong with plugins, data, engine or run folder; ASL_SEARCH_FAILED where no trial can be scored.
 */
export async function search(loaded: LoadedRun, options: SearchOptions = {}): Promise<SearchResult> {
  const engine = chooseEngine(options.engine);
  const run = await assembleRun(loaded.config, pluginContext(loaded.baseDir, loaded));
  const environment = await environmentOf(run, engine);
  await run.space;
  const claimed =
    options.out === undefined
      ? await claimNextFolder(loaded.baseDir, (await run.metric).name)
      : await claimRunFolder(resolve(options.out));
  const folder = runFolder(claimed.folder);
  const stored = { config: run.config, baseDir: relative(folder.folder, loaded.baseDir) || '.' };
  const store = TrialStore.create(folder.folder, {
    config: stored satisfies StoredConfig as unknown as Json,
    environment: environment as unknown as Json,
  });
  let withdrawn = false;
  try {
    await describeRun(folder, stored, environment);
    const content = trialContent(run, environment);
    return await runSearch({ run, folder, engine, environment, content, store, resumed: null, options });
  } catch (error) {
    withdrawn = isRefused(error) && isUntrained(folder, store);
    throw error;
  } finally {
    store.close();
    // Resuming would meet the same data or config, and a new search with what was put right would find the folder taken.
    if (withdrawn) await removeRun(folder, claimed.made);
    await run.dispose();
  }
}

/** Whether an error is of what the user gave: a config, or data. */
function isRefused(error: unknown): boolean {
  return isAslError(error) && ERROR_CODES[error.code] === 2;
}

function isUntrained({ warmStart, reference }: RunFolder, store: TrialStore): boolean {
  return store.trials().length === 0 && !existsSync(warmStart) && !existsSync(reference);
}

export interface ResumeOptions extends Omit<SearchOptions, 'out'> {
  /** Another number of processes: it does not change the result. */
  readonly workers?: number;
  /** Goes on although data, plugins or engine are others than before. */
  readonly acceptChange?: boolean;
  /** Goes on with a run from elsewhere that names code. */
  readonly allowCode?: boolean;
  /** Changes of the config, as `--set` takes them: more rounds, and where the data are. */
  readonly set?: readonly string[];
  /** Where a relative `dataset.root` is looked for, if it is not beside the config; by default the current folder. */
  readonly cwd?: string;
}

/**
 * Goes on with a search where it ended; a finished one names its loss again. With more rounds, a search that was at its end goes
 * on with them, as if it had had them from the beginning: what it named is tried anew beside what is found.
 * @throws AslError ASL_RUN_FOLDER where there is no run; ASL_RUN_CHANGED where data, plugins or engine are others than before, or
 *   the run's `config.json` was edited; ASL_USAGE for a change that would make it another search; ASL_STATE_CORRUPT for a damaged
 *   store or warm start; ASL_NOT_TRUSTED for a run from elsewhere that names code; and as `search`.
 */
export async function resumeSearch(path: string, options: ResumeOptions = {}): Promise<SearchResult> {
  const folder = runFolder(resolve(path));
  const store = TrialStore.open(folder.folder);
  try {
    const stored = await trustedRun(store, folder.folder, options.allowCode === true);
    await rejectEdited(folder.config, stored, (store.meta.config as unknown as StoredConfig).config);
    try {
      return await goOn(folder, store, stored, options);
    } catch (error) {
      throw resumedError(error, folder.folder, stored);
    }
  } finally {
    store.close();
  }
}

async function goOn(
  folder: RunFolder,
  store: TrialStore,
  stored: TrustedRun,
  options: ResumeOptions,
): Promise<SearchResult> {
  const before = store.meta.environment as unknown as Environment;
  const wanted = resumedConfig(stored, options.set ?? [], options.cwd ?? process.cwd());
  const engine = chooseEngine(options.engine ?? before.engine);
  const run = await assembleRun(
    { ...wanted, workers: options.workers ?? wanted.workers },
    pluginContext(stored.baseDir, stored),
  );
  try {
    const environment = await environmentOf(run, engine);
    const changes = changesBetween(before, environment);
    if (changes.length > 0 && options.acceptChange !== true) throw runChanged(folder.folder, changes);
    const config = await changedConfig(run, wanted, folder, store, stored);
    const content = trialContent(run, environment, stored.dataset);
    await removeLeftovers(folder);
    if (changes.length > 0) await goOnChanged(folder, store, environment, content);
    await describeRun(folder, { config, baseDir: stored.baseDir }, environment);
    const resumed = resumedFrom(store, (await run.searcher).rounds, changes);
    return await runSearch({ run, folder, engine, environment, content, store, resumed, options });
  } finally {
    await run.dispose();
  }
}

/**
 * Stores what is other in the config that a run goes on with.
 * @param wanted the config as it was asked for. @returns the config as it is stored then.
 */
async function changedConfig(
  run: Run,
  wanted: RunConfig,
  folder: RunFolder,
  store: TrialStore,
  stored: TrustedRun,
): Promise<RunConfig> {
  const longer = !same(wanted.searcher, stored.config.searcher);
  const moved = !same(wanted.dataset, stored.config.dataset);
  if (!longer && !moved) return stored.config;
  const { searcher, dataset } = run.config;
  const rounds = longer ? await roundsBefore(stored.config, run, store) : null;
  const config: RunConfig = { ...stored.config, searcher, dataset };
  const kept: StoredConfig = {
    config,
    baseDir: relative(folder.folder, stored.baseDir) || '.',
    ...(same(dataset, stored.dataset) ? {} : { dataset: stored.dataset }),
  };
  // Where this is cut short, a file that tells of the config before would be taken for one that somebody edited.
  await rm(folder.config, { force: true });
  store.changeConfig(kept as unknown as Json, rounds);
  return config;
}

/** What was made in the environment before is made again: the trials that are not finished, and what they start from. */
async function goOnChanged(
  folder: RunFolder,
  store: TrialStore,
  environment: Environment,
  content: TrialContent,
): Promise<void> {
  for (const path of [folder.data, folder.warmStart, folder.reference]) await rm(path, { force: true });
  await removePaused(folder.paused);
  store.acceptEnvironment(environment as unknown as Json, ({ theta, descent, round }) =>
    contentKey(content({ theta, ...(descent === null ? {} : { descent }) }, round)),
  );
}

/**
 * Writes for people what the store holds for the search. Resuming writes it again: a process that was killed may have come
 * only as far as the store.
 */
async function describeRun(
  folder: RunFolder,
  { config, baseDir }: { readonly config: RunConfig; readonly baseDir: string },
  environment: Environment,
): Promise<void> {
  // With its base, it is a config that other commands take as it lies there.
  const base = relative(folder.folder, resolve(folder.folder, baseDir)) || '.';
  await writeFile(folder.config, `${JSON.stringify({ base, ...config }, null, 2)}\n`);
  await writeFile(folder.environment, `${JSON.stringify(environment, null, 2)}\n`);
}
