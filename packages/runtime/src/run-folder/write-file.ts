import { mkdir } from 'node:fs/promises';
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
  await mkdir(folder, { recursive: true }).catch((cause: unknown) => {
    throw new AslError('ASL_RUN_FOLDER', 'the folder cannot be made', {
      where: folder,
      expected: 'a place that can be written',
      received: cause instanceof Error ? cause.message : String(cause),
      remedy: 'choose another folder',
      cause,
    });
  });
}
