import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { TrialStore } from '../src/index.ts';
import { onStore } from '../src/store-errors.ts';
import { runFolder } from './run-folder.ts';

function thrown(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  throw new Error('expected an error');
}

/** As libsql throws it. */
const sqlite = (rawCode: number, code = `SQLITE_${rawCode}`): Error =>
  Object.assign(new Error('what SQLite says'), { code, rawCode });

describe('what SQLite says, in words', () => {
  test.each([
    ['CORRUPT', 11, 'ASL_STATE_CORRUPT', 'damaged'],
    ['CORRUPT_VTAB', 267, 'ASL_STATE_CORRUPT', 'damaged'],
    ['CORRUPT_INDEX', 779, 'ASL_STATE_CORRUPT', 'damaged'],
    ['NOTADB', 26, 'ASL_STATE_CORRUPT', 'damaged'],
    ['CONSTRAINT_PRIMARYKEY', 1555, 'ASL_STATE_CORRUPT', 'damaged'],
    ['FULL', 13, 'ASL_RUN_FOLDER', 'make room'],
    ['IOERR_WRITE', 778, 'ASL_RUN_FOLDER', 'ulimit -f'],
    ['IOERR_FSYNC', 1034, 'ASL_RUN_FOLDER', 'look after the disk'],
    ['IOERR_LOCK', 3850, 'ASL_RUN_FOLDER', 'local disk'],
    ['IOERR_RDLOCK', 2314, 'ASL_RUN_FOLDER', 'local disk'],
    ['PROTOCOL', 15, 'ASL_RUN_FOLDER', 'local disk'],
    ['READONLY', 8, 'ASL_RUN_FOLDER', 'may make and write files'],
    ['READONLY_DIRECTORY', 1544, 'ASL_RUN_FOLDER', 'may make and write files'],
    ['READONLY_DBMOVED', 1032, 'ASL_RUN_FOLDER', 'may make and write files'],
    ['CANTOPEN_FULLPATH', 782, 'ASL_RUN_FOLDER', 'may make and write files'],
    ['PERM', 3, 'ASL_RUN_FOLDER', 'may make and write files'],
    ['BUSY_RECOVERY', 261, 'ASL_RUN_FOLDER', 'end the other program'],
    ['LOCKED_SHAREDCACHE', 262, 'ASL_RUN_FOLDER', 'end the other program'],
    ['NOMEM', 7, 'ASL_SYSTEM', 'free some memory'],
  ])('%s (%d)', (_, rawCode, code, words) => {
    const error = thrown(() =>
      onStore('the file', () => {
        throw sqlite(rawCode);
      }),
    );
    if (!(error instanceof AslError)) throw new Error(`expected an AslError, got ${String(error)}`);
    expect(error).toMatchObject({ code, details: { where: 'the file', received: 'what SQLite says' } });
    expect(error.format()).toContain(words);
  });

  test('a file that cannot be opened', () => {
    const folder = runFolder();
    const file = join(folder, 'gone', 'study.sqlite');
    const message = `ConnectionFailed("Unable to open connection to local database ${file}: 14")`;
    const error = thrown(() =>
      onStore(file, () => {
        throw new Error(message);
      }),
    );
    expect(error).toMatchObject({ code: 'ASL_RUN_FOLDER', details: { where: file } });
  });

  test('defects stay what they are', () => {
    for (const error of [new TypeError('x'), sqlite(1), sqlite(21)])
      expect(
        thrown(() =>
          onStore('file', () => {
            throw error;
          }),
        ),
      ).toBe(error);
  });
});

test.each(['no database at all, and longer than the header of one'.repeat(10), 'short'])(
  'a lock that is none is told from a store that is none: %.10s',
  (content) => {
    const folder = runFolder();
    TrialStore.create(folder, { config: {}, environment: {} }).close();
    const lock = join(folder, 'study.lock');
    writeFileSync(lock, content);
    for (const open of [
      () => TrialStore.open(folder),
      () => TrialStore.create(folder, { config: {}, environment: {} }),
    ])
      expect(thrown(open)).toMatchObject({
        code: 'ASL_STATE_CORRUPT',
        message: 'the lock of the run folder is damaged',
        details: { where: lock, remedy: expect.stringContaining('remove the file') },
      });
    // To look at a run needs no lock.
    TrialStore.read(folder).close();
  },
);
