import { join } from 'node:path';
import { defaultCacheDir } from '@auto-seg-loss/engine/install';
import type { PluginContext } from '@auto-seg-loss/kernel';

/** What plugins may know: where the config's paths start, and the cache of this user. */
export function pluginContext(baseDir: string): PluginContext {
  return { baseDir, cacheDir: join(defaultCacheDir(), 'data') };
}
