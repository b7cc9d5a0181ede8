import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { ERROR_CODES, isAslError, type Json } from '@auto-seg-loss/kernel';
import { type LoadedRun, pluginContext } from '@auto-seg-loss/plugin-host';
import { TrialStore } from '@auto-seg-loss/study';
import { assembleRun, type Run } from '../container/assemble-run.ts';
import { claimNextFolder, claimRunFolder } from '../run-folder/claim.ts';
import { type ChosenEngine, chooseEngine, type Environment, environmentOf } from '../run-folder/environment.ts';
import { type RunFolder, removeRun, runFolder, warmStarts } from '../run-folder/layout.ts';
import { trialContent } from '../run-folder/trial-content.ts';
import { describeRun } from './describe-run.ts';
import type { BegunSearch, ReadySearch } from './ready-search.ts';
import { runSearch } from './run-search.ts';
import type { SearchOptions } from './search.ts';
import type { StoredConfig } from './stored-run.ts';

/** Checks what a new search is made of. @throws AslError for what is wrong with plugins, data or engine. */
export async function readySearch(loaded: LoadedRun, options: Pick<SearchOptions, 'engine'>): Promise<ReadySearch> {
  const engine = chooseEngine(options.engine);
  const run = await assembleRun(loaded.config, pluginContext(loaded.baseDir, loaded));
  const dispose = (): Promise<void> => run.dispose();
  try {
    const environment = await environmentOf(run, engine);
    await run.space;
    await run.searcher;
    await run.guards;
    await (await run.executor).ready?.();
    const made = { run, engine, environment, baseDir: loaded.baseDir };
    return { workers: run.config.workers, begin: (out) => beginSearch(made, out), dispose };
  } catch (error) {
    await dispose();
    throw error;
  }
}

async function folderName(run: Run): Promise<string> {
  return (await run.searched).map(({ name }) => name).join('-');
}

interface MadeSearch {
  readonly run: Run;
  readonly engine: ChosenEngine;
  readonly environment: Environment;
  readonly baseDir: string;
}

async function beginSearch(made: MadeSearch, out: string | undefined): Promise<BegunSearch> {
  const { run, engine, environment, baseDir } = made;
  const claimed =
    out === undefined ? await claimNextFolder(baseDir, await folderName(run)) : await claimRunFolder(resolve(out));
  const folder = runFolder(claimed.folder);
  const id = randomUUID();
  const prior = await run.prior;
  const stored = {
    config: run.config,
    baseDir: relative(folder.folder, baseDir) || '.',
    id,
    ...(prior.length === 0 ? {} : { prior }),
  };
  const store = TrialStore.create(folder.folder, {
    config: stored satisfies StoredConfig as unknown as Json,
    environment: environment as unknown as Json,
  });
  const end = async (isWithdrawn: boolean): Promise<void> => {
    store.close();
    // Resuming would meet the same data or config, and a new search with what was put right would find the folder taken.
    if (isWithdrawn) await removeRun(folder, claimed.made);
    await run.dispose();
  };
  return {
    folder: folder.folder,
    run: async (options) => {
      let isWithdrawn = false;
      try {
        await describeRun(folder, stored, environment);
        const content = trialContent(run, environment);
        return await runSearch({ run, folder, engine, environment, id, content, store, resumed: null, options });
      } catch (error) {
        isWithdrawn = isRefused(error) && isUntrained(folder, store, run);
        throw error;
      } finally {
        await end(isWithdrawn);
      }
    },
    withdraw: () => end(true),
  };
}

/** Whether an error is of what the user gave: a config, or data. */
function isRefused(error: unknown): boolean {
  return isAslError(error) && ERROR_CODES[error.code] === 2;
}

function isUntrained({ warmStart, reference }: RunFolder, store: TrialStore, { config }: Run): boolean {
  const trained = [...warmStarts(warmStart, config.proxy.reward.folds), reference];
  return store.trials().length === 0 && !trained.some((path) => existsSync(path));
}
