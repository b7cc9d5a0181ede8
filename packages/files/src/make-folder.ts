import { existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { AslError, systemReason } from '@auto-seg-loss/kernel';

/**
 * Makes a folder and those above it; one that is there stays as it is.
 * @returns those that it made, from the top. @throws AslError ASL_RUN_FOLDER.
 */
export function makeFolder(folder: string): readonly string[] {
  try {
    const made = missingFolders(folder).filter(isMade);
    if (!statSync(folder).isDirectory()) throw new Error('a file of that name is there');
    return made;
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

/** Makes it, unless another process did meanwhile. */
function isMade(folder: string): boolean {
  try {
    mkdirSync(folder);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}
