import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';
import { type ComparisonView, lookAtComparison } from './look-at-comparison.ts';
import { lookAtSearch, type SearchView } from './look-at-search.ts';
import { kindOfRun } from './run-kind.ts';

export interface LookAtRunOptions {
  /** Looks at a search from elsewhere that names code: what draws its curves is then run. */
  readonly allowCode?: boolean;
}

/**
 * All that a folder of `asl search` or of `asl compare --out` holds, as far as there is something to show, also while it is
 * being written. Trains nothing, opens no data set, loads no tensor library and writes nothing.
 * @throws AslError ASL_RUN_FOLDER for a folder that is neither; as `lookAtSearch` and `lookAtComparison`.
 */
export async function lookAtRun(path: string, options: LookAtRunOptions = {}): Promise<SearchView | ComparisonView> {
  const folder = resolve(path);
  const kind = await kindOfRun(folder);
  if (kind === 'search') return lookAtSearch(folder, options.allowCode === true);
  if (kind === 'comparison') return lookAtComparison(folder);
  throw new AslError('ASL_RUN_FOLDER', 'the folder holds nothing to report on', {
    where: folder,
    expected: 'the folder of a search (with study.sqlite in it) or of asl compare --out (with compare.json)',
    received: await whatIsThere(folder),
    remedy: 'check the path',
  });
}

async function whatIsThere(folder: string): Promise<string> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) return 'nothing of that name';
  return found.isDirectory() ? 'a folder without them' : 'a file';
}
