import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';

/**
 * Writes a file so that its path never shows a half-written one: into a temporary file beside it, to the disk, then renamed.
 * Creates missing folders.
 * @throws AslError ASL_RUN_FOLDER where the folder cannot be written.
 */
export async function writeAtomically(path: string, bytes: Uint8Array): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
    // The rename itself is only safe from a power cut once the folder is on the disk too.
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new AslError('ASL_RUN_FOLDER', 'the file could not be written', {
      where: path,
      expected: 'a folder that can be written and has room',
      received: cause instanceof Error ? cause.message : String(cause),
      remedy: 'choose another folder with --out, or free some space',
      cause,
    });
  }
}
