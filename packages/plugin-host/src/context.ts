import { join } from 'node:path';
import type { LoadedConfig } from '@auto-seg-loss/config';
import { defaultCacheDir } from '@auto-seg-loss/engine/install';
import type { PluginContext } from '@auto-seg-loss/kernel';

/** What loading plugins and losses goes by. Worker processes get it as it is. */
export interface RunContext extends PluginContext {
  /** Whether losses from elsewhere may name code. */
  readonly allowCode?: boolean;
  /** Where packages are found from, if not from `baseDir`. */
  readonly packagesFrom?: string;
}

/** A config as `loadConfig` gives it; without the rest, it is one of the user's own. */
export type LoadedRun = Pick<LoadedConfig, 'config' | 'baseDir'> &
  Partial<Pick<LoadedConfig, 'allowCode' | 'packagesFrom'>>;

/** Where the plugins are that a config, a loss or a command names. A folder alone is both. */
export type PluginHome = string | Pick<RunContext, 'baseDir' | 'packagesFrom'>;

/** The folders that a home means: where paths start, and where packages are found from. */
export function foldersOf(home: PluginHome): { readonly baseDir: string; readonly packagesFrom: string } {
  if (typeof home === 'string') return { baseDir: home, packagesFrom: home };
  const { baseDir, packagesFrom = baseDir } = home;
  return { baseDir, packagesFrom };
}

/** What plugins may know: where the config's paths start, and the cache of this user. */
export function pluginContext(baseDir: string, trust: Pick<RunContext, 'allowCode' | 'packagesFrom'> = {}): RunContext {
  const { allowCode = false, packagesFrom = baseDir } = trust;
  return { baseDir, cacheDir: join(defaultCacheDir(), 'data'), allowCode, packagesFrom };
}
