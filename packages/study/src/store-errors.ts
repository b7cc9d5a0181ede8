import { AslError } from '@auto-seg-loss/kernel';

const CORRUPT = new Set(['SQLITE_CORRUPT', 'SQLITE_NOTADB']);

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
export function onStore<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    throw translated(file, error);
  }
}

function translated(file: string, error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (CORRUPT.has(code) || error instanceof SyntaxError) return corruptStore(file, error.message, error);
  const unopened = error.message.startsWith('ConnectionFailed');
  if (!unopened && !/^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|PERM|BUSY|LOCKED)/.test(code)) return error;
  return new AslError('ASL_RUN_FOLDER', 'the trial store cannot be read or written', {
    where: file,
    expected: 'a folder that can be written, with room on its disk',
    received: error.message,
    remedy: 'make room or choose another folder; all trials that were finished before are kept',
    cause: error,
  });
}
