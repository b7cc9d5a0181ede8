import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';

/** The folder for everything that can be made again: $ASL_CACHE_DIR, else auto-seg-loss in $XDG_CACHE_HOME or ~/.cache. */
export function defaultCacheDir(env: NodeJS.ProcessEnv = process.env): string {
  if (env.ASL_CACHE_DIR) return resolve(env.ASL_CACHE_DIR);
  // The XDG specification: a relative path is to be ignored.
  const xdg = env.XDG_CACHE_HOME;
  return join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 'auto-seg-loss');
}
