import { resolve } from 'node:path';
import { configSchema, namedPlugins, packagesFrom, type RunConfig, refuseForeignCode } from '@auto-seg-loss/config';
import { AslError, isAslError, type PluginUse } from '@auto-seg-loss/kernel';
import { type LoadedRun, pluginsInOrder } from '@auto-seg-loss/plugin-host';
import { checkSchema } from '@auto-seg-loss/schema';
import { storePath, type TrialStore } from '@auto-seg-loss/study';
import type { Run } from '../container/assemble-run.ts';
import type { TakenPrior } from '../prior/taken-prior.ts';

/** What the store keeps as a run's config: enough to put it together again, wherever the folder was moved with its config. */
export interface StoredConfig {
  readonly config: RunConfig;
  /** Relative to the run folder. */
  readonly baseDir: string;
  /** How the data set was named when the run was begun, where its data lie elsewhere now: trials are known by it. */
  readonly dataset?: PluginUse;
  /** What was taken of the config's priors when the run was begun; missing where it names none. */
  readonly prior?: readonly TakenPrior[];
  /** Made up when the run was begun: a copy of its folder is the same run. Missing in runs of before there was one. */
  readonly id?: string;
}

/** A stored run, put together again. */
export interface StoredRun {
  readonly config: RunConfig;
  /** Where its relative paths start. */
  readonly baseDir: string;
  /** What its trials are known by in place of the config's data set. */
  readonly dataset: PluginUse;
  /** What its searcher learns from, as it was when the run was begun. */
  readonly prior: readonly TakenPrior[];
}

/**
 * The config of a stored run, in the order of the schema: hashes of its parts, and `loss.json`, come out as in the run's
 * first process. `baseDir` is where its relative paths start.
 * @throws AslError ASL_RUN_CHANGED for a run of a version with other config fields.
 */
export function storedRun(store: TrialStore, folder: string): StoredRun {
  const stored = store.meta.config as unknown as StoredConfig;
  const checked = checkSchema(configSchema, stored.config);
  if ('value' in checked) {
    const config = pluginsInOrder(checked.value);
    const { dataset = config.dataset, prior = [] } = stored;
    return { config, baseDir: resolve(folder, stored.baseDir), dataset, prior };
  }
  throw new AslError('ASL_RUN_CHANGED', 'the run was begun by a version with other config fields', {
    where: folder,
    problems: checked.problems,
    remedy: 'go on with the version that began it, or start a new run',
  });
}

/** A stored run whose plugins may be loaded. */
export interface TrustedRun extends StoredRun, LoadedRun {}

/**
 * The same, to be put together again: its plugins are loaded, so that it must be a run of the user's own where it names code.
 * @throws AslError ASL_NOT_TRUSTED; and as `storedRun`.
 */
export async function trustedRun(store: TrialStore, folder: string, allowCode: boolean): Promise<TrustedRun> {
  const run = storedRun(store, folder);
  const trust = await refuseForeignRun(run, folder, allowCode);
  return { ...run, allowCode, packagesFrom: await packagesFrom(storePath(folder), trust) };
}

/** Whether a run that was put together will be refused as foreign when it is to be gone on with. */
export async function isForeignRun({ config, context }: Run, folder: string): Promise<boolean> {
  try {
    await refuseForeignRun({ config, baseDir: context.baseDir }, folder, false);
    return false;
  } catch (error) {
    if (isAslError(error) && error.code === 'ASL_NOT_TRUSTED') return true;
    throw error;
  }
}

async function refuseForeignRun(
  { config, baseDir }: Pick<LoadedRun, 'config' | 'baseDir'>,
  folder: string,
  allowCode: boolean,
): Promise<{ readonly baseDir: string; readonly cwd: string; readonly allowCode: boolean }> {
  const trust = { baseDir, cwd: process.cwd(), allowCode };
  await refuseForeignCode({ ...trust, kind: 'product', plugins: namedPlugins(config, storePath(folder)) });
  return trust;
}
