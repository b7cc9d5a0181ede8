import { rm } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import type { RunConfig } from '@auto-seg-loss/config';
import { contentKey, type Json, type Problem } from '@auto-seg-loss/kernel';
import { pluginContext } from '@auto-seg-loss/plugin-host';
import { type TrialContent, TrialStore } from '@auto-seg-loss/study';
import { assembleRun, type Run } from '../container/assemble-run.ts';
import {
  type ChosenEngine,
  changesBetween,
  chooseEngine,
  type Environment,
  environmentOf,
  runChanged,
  toldAlike,
} from '../run-folder/environment.ts';
import { type RunFolder, removeLeftovers, removePaused, runFolder, warmStarts } from '../run-folder/layout.ts';
import { trialContent } from '../run-folder/trial-content.ts';
import { describeRun } from './describe-run.ts';
import { same } from './differences.ts';
import { rejectEdited } from './edited-config.ts';
import { roundsBefore } from './longer-search.ts';
import type { ReadySearch } from './ready-search.ts';
import { resumedConfig } from './resumed-config.ts';
import { resumedError } from './resumed-error.ts';
import { resumedFrom } from './resumed-search.ts';
import { runSearch } from './run-search.ts';
import type { ResumeOptions, SearchOptions, SearchResult } from './search.ts';
import { type StoredConfig, type TrustedRun, trustedRun } from './stored-run.ts';

/** Checks whether a stored search can go on. @throws AslError as `resumeSearch`. */
export async function readyToGoOn(path: string, options: Omit<ResumeOptions, 'onEvent'>): Promise<ReadySearch> {
  const folder = runFolder(resolve(path));
  const store = TrialStore.open(folder.folder);
  try {
    const stored = await trustedRun(store, folder.folder, options.allowCode === true);
    await rejectEdited(folder.config, stored, (store.meta.config as unknown as StoredConfig).config);
    const resumed = await explained(folder, stored, () => reassembled(folder, store, stored, options));
    const dispose = async (): Promise<void> => {
      store.close();
      await resumed.run.dispose();
    };
    return {
      workers: resumed.run.config.workers,
      dispose,
      begin: async () => ({
        folder: folder.folder,
        run: async (searched) => {
          try {
            return await explained(folder, stored, () => goOn(resumed, searched));
          } finally {
            await dispose();
          }
        },
        withdraw: dispose,
      }),
    };
  } catch (error) {
    store.close();
    throw error;
  }
}

async function explained<T>({ folder }: RunFolder, stored: TrustedRun, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw resumedError(error, folder, stored);
  }
}

/** A stored search, put together again, and what is other than before. */
interface ResumedRun {
  readonly run: Run;
  readonly folder: RunFolder;
  readonly store: TrialStore;
  readonly stored: TrustedRun;
  readonly engine: ChosenEngine;
  readonly environment: Environment;
  /** What changed, and was accepted. */
  readonly changes: readonly Problem[];
  readonly config: ChangedConfig;
}

async function reassembled(
  folder: RunFolder,
  store: TrialStore,
  stored: TrustedRun,
  options: Omit<ResumeOptions, 'onEvent'>,
): Promise<ResumedRun> {
  const before = store.meta.environment as unknown as Environment;
  const wanted = resumedConfig(stored, options.set ?? [], options.cwd ?? process.cwd());
  const engine = chooseEngine(options.engine ?? before.engine);
  const run = await assembleRun(
    { ...wanted, workers: options.workers ?? wanted.workers },
    pluginContext(stored.baseDir, stored),
    stored.prior,
  );
  try {
    const environment = toldAlike(before, await environmentOf(run, engine));
    const changes = changesBetween(before, environment);
    if (changes.length > 0 && options.acceptChange !== true) throw runChanged(folder.folder, changes);
    await (await run.executor).ready?.();
    const config = await changedConfig(run, wanted, folder, store, stored);
    return { run, folder, store, stored, engine, environment, changes, config };
  } catch (error) {
    await run.dispose();
    throw error;
  }
}

async function goOn(resumed: ResumedRun, options: SearchOptions): Promise<SearchResult> {
  const { run, folder, store, stored, engine, environment, changes, config } = resumed;
  if (config.change !== null) {
    // Where this is cut short, a file that tells of the config before would be taken for one that somebody edited.
    await rm(folder.config, { force: true });
    store.changeConfig(config.change.kept as unknown as Json, config.change.rounds);
  }
  const content = trialContent(run, environment, stored.dataset);
  await removeLeftovers(folder);
  if (changes.length > 0) await goOnChanged(folder, store, environment, content, run.config.proxy.reward.folds);
  await describeRun(folder, { config: config.config, baseDir: stored.baseDir }, environment);
  const { id = contentKey({ folder: folder.folder }) } = store.meta.config as unknown as StoredConfig;
  const found = resumedFrom(store, (await run.searcher).rounds, changes);
  return await runSearch({ run, folder, engine, environment, id, content, store, resumed: found, options });
}

/** The config that a run goes on with, and what is to be stored where it is another. */
interface ChangedConfig {
  readonly config: RunConfig;
  /** `rounds`: how many the search had, where it has others now. */
  readonly change: { readonly kept: StoredConfig; readonly rounds: number | null } | null;
}

/** @param wanted the config as it was asked for. */
async function changedConfig(
  run: Run,
  wanted: RunConfig,
  folder: RunFolder,
  store: TrialStore,
  stored: TrustedRun,
): Promise<ChangedConfig> {
  const longer = !same(wanted.searcher, stored.config.searcher);
  const moved = !same(wanted.dataset, stored.config.dataset);
  if (!longer && !moved) return { config: stored.config, change: null };
  const { searcher, dataset } = run.config;
  const rounds = longer ? await roundsBefore(stored.config, run, store) : null;
  const config: RunConfig = { ...stored.config, searcher, dataset };
  const { id } = store.meta.config as unknown as StoredConfig;
  const kept: StoredConfig = {
    config,
    ...(id === undefined ? {} : { id }),
    ...(stored.prior.length === 0 ? {} : { prior: stored.prior }),
    baseDir: relative(folder.folder, stored.baseDir) || '.',
    ...(same(dataset, stored.dataset) ? {} : { dataset: stored.dataset }),
  };
  return { config, change: { kept, rounds } };
}

/** What was made in the environment before is made again: the trials that are not finished, and what they start from. */
async function goOnChanged(
  folder: RunFolder,
  store: TrialStore,
  environment: Environment,
  content: TrialContent,
  folds: number | null,
): Promise<void> {
  const starts = warmStarts(folder.warmStart, folds);
  for (const path of [folder.data, ...starts, folder.reference]) await rm(path, { force: true });
  await removePaused(folder.paused);
  store.acceptEnvironment(environment as unknown as Json, ({ theta, descent, round }) =>
    contentKey(content({ theta, ...(descent === null ? {} : { descent }) }, round)),
  );
}
