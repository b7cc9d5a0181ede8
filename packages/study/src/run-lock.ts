import { existsSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';
import Database from 'libsql';
import { onStore } from './store-errors.ts';

/** The process that holds a lock; null where it has not said yet who it is. */
export interface LockHolder {
  readonly process: { readonly pid: number; readonly host: string } | null;
}

/** Whoever asks who holds a lock has it for less than a millisecond, which is no reason to refuse a search. */
const ASKED_MS = 300;

/**
 * Keeps a second process off a run folder. The lock is a transaction that stays open on a small SQLite file of its own: the
 * operating system drops it when the process ends, however it ends, so that no stale lock is ever left, and a number that was
 * given to another process is never taken for the owner. Readers of the trial store need no lock.
 */
export class RunLock {
  readonly #database: Database.Database;

  private constructor(database: Database.Database) {
    this.#database = database;
  }

  /** @throws AslError ASL_RUN_FOLDER while another process holds it, or where the folder cannot be written. */
  static take(folder: string): RunLock {
    const file = lockFile(folder);
    return onStore(
      file,
      () => {
        const database = new Database(file, { timeout: ASKED_MS });
        try {
          database.exec('CREATE TABLE IF NOT EXISTS owner (process TEXT NOT NULL) STRICT');
          database.exec('BEGIN IMMEDIATE');
          database.exec('DELETE FROM owner');
          database.prepare('INSERT INTO owner VALUES (?)').run(`process ${process.pid} on ${hostname()}`);
          database.exec('COMMIT');
          // One reserved lock is granted at a time; between COMMIT and BEGIN another process may have come first.
          database.exec('BEGIN IMMEDIATE');
          return new RunLock(database);
        } catch (error) {
          if (!isBusy(error)) throw error;
          const owner = ownerOf(database);
          database.close();
          throw new AslError('ASL_RUN_FOLDER', 'another process is running a search in this folder', {
            where: folder,
            expected: 'one process for each run folder',
            received: owner,
            remedy: 'wait until it has ended, stop it, or choose another folder',
            cause: error,
          });
        }
      },
      damaged,
    );
  }

  release(): void {
    this.#database.exec('ROLLBACK');
    this.#database.close();
  }
}

/**
 * Who runs a search in a folder, by its lock alone: also one that says nothing else of itself. The folder stays as it is.
 * @returns undefined where nobody does, or where that cannot be asked, as in a folder that cannot be written.
 */
export function lockHolder(folder: string): LockHolder | undefined {
  const file = lockFile(folder);
  if (!existsSync(file)) return undefined;
  let database: Database.Database | undefined;
  try {
    database = new Database(file, { timeout: ASKED_MS });
    database.exec('BEGIN IMMEDIATE');
    database.exec('ROLLBACK');
    return undefined;
  } catch (error) {
    if (database === undefined || !isBusy(error)) return undefined;
    const [, pid, host] = OWNER.exec(ownerOf(database)) ?? [];
    return { process: pid === undefined || host === undefined ? null : { pid: Number(pid), host } };
  } finally {
    database?.close();
  }
}

/** As the process that takes the lock writes itself. */
const OWNER = /^process (\d+) on (.+)$/;

function lockFile(folder: string): string {
  return join(folder, 'study.lock');
}

/** It holds nothing but who runs a search here. */
function damaged(file: string, received: string, cause?: unknown): AslError {
  return new AslError('ASL_STATE_CORRUPT', 'the lock of the run folder is damaged', {
    where: file,
    expected: 'the lock that a search leaves, or none',
    received,
    remedy: 'make sure that no search runs in this folder, and remove the file: nothing of the run is in it',
    cause,
  });
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^SQLITE_(BUSY|LOCKED)/.test(String(error.code));
}

function ownerOf(database: Database.Database): string {
  try {
    const row = database.prepare('SELECT process FROM owner').get() as { process: string } | undefined;
    return row?.process ?? 'a process that is just starting';
  } catch (error) {
    if (isBusy(error)) return 'a process that is just starting';
    throw error;
  }
}
