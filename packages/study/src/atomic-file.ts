import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';

/**
 * Writes a file so that after a crash or a power cut it holds either what it held before or all of `data`: a temporary file
 * beside it, fsync, rename, fsync of the folder (without which the rename itself may be lost).
 *
 * @throws AslError ASL_RUN_FOLDER where the folder cannot be written or the disk is full; the file is then as it was.
 */
export function writeFileAtomic(path: string, data: string | Uint8Array): void {
  const temporary = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
  try {
    writeSynced(temporary, typeof data === 'string' ? Buffer.from(data) : data);
    renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (error) {
    rmSync(temporary, { force: true });
    throw new AslError('ASL_RUN_FOLDER', 'a file could not be written', {
      where: path,
      expected: 'a folder that can be written, with room on its disk',
      received: error instanceof Error ? error.message : String(error),
      remedy: 'make room or choose another folder; nothing that was written before is lost',
      cause: error,
    });
  }
}

function writeSynced(path: string, data: Uint8Array): void {
  const file = openSync(path, 'w', 0o666);
  try {
    for (let written = 0; written < data.length; ) written += writeSync(file, data, written);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function syncFolder(path: string): void {
  // Windows cannot open a folder as a file; there, a rename is as durable as it gets.
  if (process.platform === 'win32') return;
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
