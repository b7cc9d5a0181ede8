import { delimiter } from 'node:path';
import { defaultCacheDir } from '@auto-seg-loss/engine/install';

/** Where packages come from may be kept; how they are installed (`ignore-scripts`, …) is what a stranger has not set. */
const FROM_WHERE = /^npm_config_(registry|cafile|ca|proxy|https_proxy|noproxy|cache|@.+:registry)$/i;

/** Set by test runners, continuous integration and this project's own settings; a stranger has none of them. */
const OURS = /^(npm_|CI$|GITHUB_|VITEST|NODE_ENV$|NODE_OPTIONS$|NODE_PATH$|INIT_CWD$|TF_|ASL_|AUTO_SEG_LOSS|XDG_)/i;

/**
 * The environment of somebody who has never seen this project: an empty home folder, default settings of npm, no other
 * programs on the path than the machine's. The engine's library alone is shared, which would be downloaded anew.
 * @param home an empty folder.
 */
export function strangerEnv(home: string): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => FROM_WHERE.test(name) || !OURS.test(name));
  const path = (process.env.PATH ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  return {
    ...Object.fromEntries(kept.filter((entry): entry is [string, string] => entry[1] !== undefined)),
    PATH: path.join(delimiter),
    HOME: home,
    USERPROFILE: home,
    ASL_CACHE_DIR: defaultCacheDir(),
    NO_COLOR: '1',
  };
}
