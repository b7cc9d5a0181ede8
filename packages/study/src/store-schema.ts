import { AslError } from '@auto-seg-loss/kernel';
import Database from 'libsql';
import { corruptStore } from './store-errors.ts';
import { checkSeal, SEAL_TABLE, seal } from './store-seal.ts';
import { inTransaction } from './transaction.ts';

/** In the file's header: "ASLs". Tells a trial store from any other SQLite file. */
const APPLICATION_ID = 0x41534c73;
const SCHEMA_VERSION = 3;

const TABLES = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE trials (
    number INTEGER PRIMARY KEY,
    round INTEGER NOT NULL,
    position INTEGER NOT NULL,
    key TEXT NOT NULL,
    theta TEXT NOT NULL,
    descent TEXT,
    whole INTEGER NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('pending', 'complete', 'pruned', 'failed')),
    reward REAL CHECK ((reward IS NOT NULL) = (status IN ('complete', 'pruned'))),
    metrics TEXT CHECK ((metrics IS NOT NULL) = (status IN ('complete', 'pruned'))),
    images INTEGER CHECK ((images IS NOT NULL) = (status IN ('complete', 'pruned'))),
    share REAL CHECK ((share IS NOT NULL) = (status = 'pruned')),
    descended TEXT,
    error TEXT CHECK ((error IS NOT NULL) = (status = 'failed')),
    copy_of INTEGER REFERENCES trials (number),
    UNIQUE (round, position)
  ) STRICT;
  CREATE INDEX trials_by_key ON trials (key);
  CREATE TABLE rungs (
    number INTEGER NOT NULL REFERENCES trials (number),
    share REAL NOT NULL,
    reward REAL NOT NULL,
    metrics TEXT NOT NULL,
    images INTEGER NOT NULL,
    PRIMARY KEY (number, share)
  ) STRICT;
  CREATE TABLE timings (number INTEGER NOT NULL REFERENCES trials (number), ms REAL NOT NULL) STRICT;
  CREATE INDEX timings_by_number ON timings (number);
  CREATE TABLE snapshots (round INTEGER PRIMARY KEY, state TEXT NOT NULL) STRICT;
  ${SEAL_TABLE}
`;

/** True for a file in which nothing was ever committed. */
export function isEmpty(database: Database.Database): boolean {
  return pragma(database, 'page_count') === 0;
}

/** Makes the tables and the run's meta rows, all in one transaction: a killed process leaves an empty file or a whole one. */
export function createSchema(database: Database.Database, meta: Readonly<Record<string, string>>): void {
  inTransaction(database, 'immediate', () => {
    database.exec(TABLES);
    database.exec(`PRAGMA application_id = ${APPLICATION_ID}`);
    database.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`);
    const insert = database.prepare('INSERT INTO meta (key, value) VALUES (?, ?)');
    for (const [key, value] of Object.entries(meta)) insert.run(key, value);
    seal(database);
  });
}

/**
 * Reads the whole file, as it was at one moment.
 * @throws AslError ASL_STATE_CORRUPT for a file of another program, of another version, or with a byte that is not as it was
 *   written.
 */
export function checkStore(database: Database.Database, file: string): void {
  inTransaction(database, 'deferred', () => checkAll(database, file));
}

function checkAll(database: Database.Database, file: string): void {
  if (pragma(database, 'application_id') !== APPLICATION_ID) {
    throw corruptStore(file, 'an SQLite file of another program');
  }
  const version = pragma(database, 'user_version');
  if (version !== SCHEMA_VERSION) {
    throw new AslError('ASL_STATE_CORRUPT', 'the trial store was written by another version of this program', {
      where: file,
      expected: `schema version ${SCHEMA_VERSION}`,
      received: `schema version ${version}`,
      remedy: 'go on with the version that began the run, or start a new run in another folder',
    });
  }
  if (tablesOf(database) !== expectedTables()) throw corruptStore(file, 'other tables');
  const check = pragma(database, 'integrity_check');
  if (check !== 'ok') throw corruptStore(file, String(check));
  checkSeal(database, file);
}

/** The statements that made a database's tables, as hex: see `valuesOf`. */
function tablesOf(database: Database.Database): string {
  const all = 'SELECT hex(type), hex(name), hex(tbl_name), hex(sql) FROM sqlite_master ORDER BY rowid';
  return JSON.stringify(database.prepare(all).raw().all());
}

function expectedTables(): string {
  const database = new Database(':memory:');
  try {
    database.exec(TABLES);
    return tablesOf(database);
  } finally {
    database.close();
  }
}

function pragma(database: Database.Database, name: string): unknown {
  const [row] = database.pragma(name) as Readonly<Record<string, unknown>>[];
  return row?.[name];
}
