import { AslError, type ErrorCode, type ErrorDetails } from '@auto-seg-loss/kernel';

/** The error of a store that holds what no search wrote. */
export function corruptStore(file: string, received: string, cause?: unknown): AslError {
  return new AslError('ASL_STATE_CORRUPT', 'the trial store is damaged, or is not one', {
    where: file,
    expected: 'a trial store as a search leaves it',
    received,
    remedy: 'restore the run folder from a copy, or start a new run in another folder',
    cause,
  });
}

/** Runs something on the store and turns SQLite's errors into ones that say what to do. */
export function onStore<T>(file: string, action: () => T, corrupt: typeof corruptStore = corruptStore): T {
  try {
    return action();
  } catch (error) {
    throw translated(file, error, corrupt);
  }
}

/** Why SQLite gave up: sqlite.org/rescode.html. An extended code has the primary one in its lowest byte. */
const PRIMARY = 0xff;
const CORRUPT: readonly number[] = [
  11, // CORRUPT
  17, // SCHEMA
  19, // CONSTRAINT: our own changes keep to it
  20, // MISMATCH
  24, // FORMAT
  26, // NOTADB
];
/** IOERR with RDLOCK, UNLOCK, CHECKRESERVEDLOCK, LOCK, SHMLOCK; PROTOCOL. */
const NO_LOCKS: readonly number[] = [2314, 2058, 3594, 3850, 5130, 15];

type Refusal = readonly [code: ErrorCode, details: Pick<ErrorDetails, 'expected' | 'remedy'>];
const KEPT = 'all trials that were finished before are kept';
const NO_RIGHT: Refusal = [
  'ASL_RUN_FOLDER',
  { expected: 'a folder in which this user may make and write files', remedy: `choose another folder; ${KEPT}` },
];
const REFUSALS: Readonly<Record<number, Refusal>> = {
  3: NO_RIGHT, // PERM
  5: ['ASL_RUN_FOLDER', { expected: 'a store that nobody else writes', remedy: `end the other program; ${KEPT}` }], // BUSY
  6: ['ASL_RUN_FOLDER', { expected: 'a store that nobody else writes', remedy: `end the other program; ${KEPT}` }], // LOCKED
  7: ['ASL_SYSTEM', { expected: 'some memory', remedy: `free some memory, or lower workers; ${KEPT}` }], // NOMEM
  8: NO_RIGHT, // READONLY
  10: [
    'ASL_RUN_FOLDER',
    {
      expected: 'a disk that can be read and written, and files as large as they become',
      remedy: `look after the disk, raise the limit on the size of files (ulimit -f), or choose another folder; ${KEPT}`,
    },
  ], // IOERR
  13: ['ASL_RUN_FOLDER', { expected: 'room on the disk', remedy: `make room or choose another folder; ${KEPT}` }], // FULL
  14: NO_RIGHT, // CANTOPEN
  22: ['ASL_RUN_FOLDER', { expected: 'a file system for large files', remedy: `choose another folder; ${KEPT}` }], // NOLFS
  23: NO_RIGHT, // AUTH
};

function translated(file: string, error: unknown, corrupt: typeof corruptStore): unknown {
  if (!(error instanceof Error)) return error;
  const raw = rawCodeOf(error);
  if (CORRUPT.includes(raw & PRIMARY) || error instanceof SyntaxError) return corrupt(file, error.message, error);
  if (NO_LOCKS.includes(raw)) return noLocks(file, error);
  const refusal = REFUSALS[raw & PRIMARY];
  if (refusal === undefined) return error;
  const [code, details] = refusal;
  return new AslError(code, 'the trial store cannot be read or written', {
    where: file,
    received: error.message,
    ...details,
    cause: error,
  });
}

/** 0 for what is not SQLite's. A database that cannot be opened has its code in its message. */
function rawCodeOf(error: Error): number {
  if ('rawCode' in error && typeof error.rawCode === 'number') return error.rawCode;
  return Number(/^ConnectionFailed\(.*: (\d+)"\)$/.exec(error.message)?.[1] ?? 0);
}

function noLocks(file: string, cause: Error): AslError {
  return new AslError('ASL_RUN_FOLDER', 'the file system of the run folder has no locks', {
    where: file,
    expected: 'a file system that keeps two searches out of one folder',
    received: cause.message,
    remedy: 'choose a folder on a local disk; results can be copied when the search has ended',
    cause,
  });
}
