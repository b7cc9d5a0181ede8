import { defaultCacheDir } from '@auto-seg-loss/engine/install';
import type { PluginContext } from '@auto-seg-loss/kernel';

/** Where plugins and relative paths of the command line start: the current folder. */
export function commandContext(): PluginContext {
  return { baseDir: process.cwd(), cacheDir: defaultCacheDir() };
}
