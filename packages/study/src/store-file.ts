import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';
import Database from 'libsql';
import { corruptStore } from './store-errors.ts';
import { checkStore, isEmpty } from './store-schema.ts';
import { inTransaction } from './transaction.ts';

const STORE_FILE = 'study.sqlite';
/** All that a process leaves that was killed before its run was begun. */
export const STORE_FILES: readonly string[] = [STORE_FILE, `${STORE_FILE}-journal`, 'study.lock', 'study.lock-journal'];

/** A reader holds the file for milliseconds; a writer waits for it this long. */
const BUSY_MS = 10_000;

/** Where a run folder's store is. */
export function storePath(folder: string): string {
  return join(folder, STORE_FILE);
}

/** The store in a run folder, which must be there. */
export function existingStore(folder: string): string {
  const file = storePath(folder);
  if (!existsSync(file)) throw noRun(folder);
  return file;
}

/** Whether a run was begun in a folder. A process killed while it made one leaves an empty file. */
export function isBegun(folder: string): boolean {
  return (statSync(storePath(folder), { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/** The error of a folder that a new run cannot have. */
export function heldAlready(folder: string): AslError {
  return new AslError('ASL_RUN_FOLDER', 'the folder holds a run already', {
    where: folder,
    expected: 'a new or empty folder',
    remedy: 'resume that run, or choose another folder',
  });
}

function noRun(folder: string): AslError {
  return new AslError('ASL_RUN_FOLDER', 'the folder holds no run', {
    where: folder,
    expected: `a run folder, with ${STORE_FILE} in it`,
    remedy: 'check the path, or start a new run there',
  });
}

/** Opens a store as its writer has it. */
export function connect(file: string): Database.Database {
  const database = new Database(file, { timeout: BUSY_MS });
  database.pragma('journal_mode = DELETE');
  database.pragma('synchronous = FULL');
  database.pragma('foreign_keys = ON');
  return database;
}

/** A store as it was at one moment. */
export interface StoreCopy {
  readonly file: string;
  remove(): void;
}

/**
 * Copies a store for somebody to look at, also while a search writes it. Checking every row of a long search takes seconds, for
 * which its writer would have to wait; copying takes milliseconds. What a killed writer left half done is undone first.
 */
export function copyStore(file: string, folder: string): StoreCopy {
  const database = new Database(file, { timeout: BUSY_MS });
  const place = mkdtempSync(join(tmpdir(), 'asl-look-'));
  const remove = (): void => rmSync(place, { recursive: true, force: true });
  const copy = join(place, STORE_FILE);
  try {
    inTransaction(database, 'deferred', () => {
      // From the first statement on nobody else changes the file. It is not read as a file after the transaction: that would
      // take this process's locks off it.
      if (isEmpty(database)) throw noRun(folder);
      copyFileSync(file, copy);
    });
    return { file: copy, remove };
  } catch (error) {
    remove();
    throw error;
  } finally {
    database.close();
  }
}

/**
 * Opens a store that was begun before. @param copy of it, to be read in its place. @throws AslError if there is none or it is
 * damaged.
 */
export function connectChecked(file: string, folder: string, copy: string = file): Database.Database {
  const database = connect(copy);
  try {
    // A process killed while it made the run leaves an empty file.
    if (isEmpty(database)) throw noRun(folder);
    checkStore(database, file);
    return database;
  } catch (error) {
    database.close();
    // Our statements are sound: it is the file that SQLite cannot make sense of.
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_ERROR')
      throw corruptStore(file, error.message, error);
    throw error;
  }
}
