import { randomUUID } from 'node:crypto';
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { AslError, systemFault, systemReason } from '@auto-seg-loss/kernel';

/**
 * Writes a file so that after a crash or a power cut it holds either what it held before or all of `data`: a temporary file
 * beside it, fsync, rename, fsync of the folder (without which the rename itself may be lost). The temporary file is a new
 * one under a name that nobody can guess, so that none is written through that somebody else put there.
 *
 * @param data at once, or in parts of which no two are kept.
 * @throws AslError ASL_RUN_FOLDER where the folder cannot be written or the disk is full; the file is then as it was.
 */
export function writeFileAtomic(path: string, data: string | Uint8Array | Iterable<string>): void {
  const temporary = temporaryOf(path);
  try {
    writeSynced(temporary, typeof data === 'string' || data instanceof Uint8Array ? [data] : data);
    renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (cause) {
    removeIfThere(temporary);
    throw new AslError('ASL_RUN_FOLDER', 'a file could not be written', {
      where: path,
      expected: 'a folder that can be written, with room on its disk',
      received: systemReason(cause),
      remedy: `${systemFault(cause)?.remedy ?? 'make room or choose another folder'}; nothing that was written before is lost`,
      cause,
    });
  }
}

/**
 * Puts a file in the place of another, or not at all, without waiting for the disk: for what is of no use after a power cut, and is
 * written often. Who reads it sees one or the other.
 * @throws what the file system says.
 */
export function replaceFile(path: string, text: string): void {
  const temporary = temporaryOf(path);
  try {
    writeFileSync(temporary, text, { flag: 'wx' });
    renameSync(temporary, path);
  } catch (error) {
    removeIfThere(temporary);
    throw error;
  }
}

function temporaryOf(path: string): string {
  return join(dirname(path), `.${beginningOf(basename(path))}.${randomUUID()}.tmp`);
}

/** In bytes: file systems take 255, and what is put around the name has 42. */
const LONGEST_NAME = 210;

/** The whole name, unless it is as long as few are. */
function beginningOf(name: string): string {
  return Buffer.byteLength(name) <= LONGEST_NAME ? name : name.slice(0, 50);
}

/** What a process that was killed leaves of a file: its name, in the group. */
export const TEMPORARY_NAME: RegExp = /^\.(.+)\.[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\.tmp$/;

function writeSynced(path: string, parts: Iterable<string | Uint8Array>): void {
  const file = openSync(path, 'wx', 0o666);
  try {
    for (const part of parts) {
      const bytes = typeof part === 'string' ? Buffer.from(part) : part;
      for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
    }
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

/** Where even this fails, the first error is the one to be told of. */
function removeIfThere(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // Its name tells what it is.
  }
}
