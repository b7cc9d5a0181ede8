import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { storePath } from '@auto-seg-loss/study';
import { comparedFiles } from '../commands/compare.ts';

/** What a folder is of: a search, asl compare --out, asl train --out. */
export type RunKind = 'search' | 'comparison' | 'training';

/** @returns undefined for a folder that is of none of them. */
export async function kindOfRun(folder: string): Promise<RunKind | undefined> {
  const { report, trainings } = comparedFiles(folder);
  if (await isThere(storePath(folder))) return 'search';
  if ((await isThere(report)) || (await isThere(join(trainings, 'basis.json')))) return 'comparison';
  return (await isThere(join(folder, 'training.json'))) ? 'training' : undefined;
}

async function isThere(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isFile() === true;
}
