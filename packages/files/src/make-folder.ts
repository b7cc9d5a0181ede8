import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { AslError, systemReason } from '@auto-seg-loss/kernel';

/** Makes a folder and those above it; one that is there stays as it is. @throws AslError ASL_RUN_FOLDER. */
export function makeFolder(folder: string): void {
  try {
    for (const each of missingFolders(folder)) makeUnlessThere(each);
    if (!statSync(folder).isDirectory()) throw new Error('a file of that name is there');
  } catch (cause) {
    throw notMade(folder, cause);
  }
}

/** The error of a folder that cannot be made. */
export function notMade(folder: string, cause: unknown): AslError {
  return new AslError('ASL_RUN_FOLDER', 'the folder cannot be made', {
    where: folder,
    expected: 'a place that can be written',
    received: systemReason(cause),
    remedy: 'choose another folder',
    cause,
  });
}

/** From the top. (`mkdir` with `recursive` never returns where a file system takes no folders at all, such as /proc.) */
function missingFolders(folder: string): readonly string[] {
  if (existsSync(folder)) return [];
  const parent = dirname(folder);
  return parent === folder ? [] : [...missingFolders(parent), folder];
}

function makeUnlessThere(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
