import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';
import { writeFileAtomic } from '@auto-seg-loss/study';

/** Writes a file at once or not at all; makes its folder. @throws AslError ASL_RUN_FOLDER where that is not possible. */
export async function writeFile(path: string, content: string | Uint8Array): Promise<void> {
  await makeFolder(dirname(path));
  writeFileAtomic(path, content);
}

/** Makes a folder and those above it. @throws AslError ASL_RUN_FOLDER. */
export async function makeFolder(folder: string): Promise<void> {
  try {
    for (const each of missingFolders(folder)) await mkdir(each).catch(unlessThere);
    if (!(await stat(folder)).isDirectory()) throw new Error('a file of that name is there');
  } catch (cause) {
    throw new AslError('ASL_RUN_FOLDER', 'the folder cannot be made', {
      where: folder,
      expected: 'a place that can be written',
      received: cause instanceof Error ? cause.message : String(cause),
      remedy: 'choose another folder',
      cause,
    });
  }
}

/** From the top. (`mkdir` with `recursive` never returns where a file system takes no folders at all, such as /proc.) */
function missingFolders(folder: string): readonly string[] {
  if (existsSync(folder)) return [];
  const parent = dirname(folder);
  return parent === folder ? [] : [...missingFolders(parent), folder];
}

function unlessThere(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
