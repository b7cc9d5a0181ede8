import { createHash } from 'node:crypto';
import type Database from 'libsql';
import { corruptStore } from './store-errors.ts';

/** SQLite's own checks see damage only where it breaks the structure of a page: a digit of a reward may change unseen. */
const SEALED = ['meta', 'trials', 'rungs', 'timings', 'snapshots'] as const;

/** Rows of a table: those with a value in a column, or all. */
export interface Rows {
  readonly table: (typeof SEALED)[number];
  readonly column?: 'number' | 'round';
  readonly value?: number;
}

export const SEAL_TABLE = 'CREATE TABLE seal (sum TEXT NOT NULL) STRICT;';

const ALL: readonly Rows[] = SEALED.map((table) => ({ table }));
const MODULUS = 2n ** 256n;

/** Seals a database that has none. */
export function seal(database: Database.Database): void {
  database.prepare('INSERT INTO seal (sum) VALUES (?)').run(format(sumOf(database, ALL)));
}

/**
 * Changes rows and the seal with them, at a cost that does not grow with the table. To be called within a transaction.
 * @param rows all that `change` may add, change or remove.
 */
export function changeSealed(database: Database.Database, rows: readonly Rows[], change: () => void): void {
  const before = sumOf(database, rows);
  change();
  const difference = sumOf(database, rows) - before;
  const { sum } = database.prepare('SELECT sum FROM seal').get() as { readonly sum: string };
  database.prepare('UPDATE seal SET sum = ?').run(format(BigInt(`0x${sum}`) + difference));
}

/** @throws AslError ASL_STATE_CORRUPT where a row is not as it was written, or is missing. */
export function checkSeal(database: Database.Database, file: string): void {
  const seals = database.prepare('SELECT hex(sum) FROM seal').raw().all() as [string][];
  const expected = Buffer.from(format(sumOf(database, ALL)))
    .toString('hex')
    .toUpperCase();
  if (seals.length !== 1 || seals[0]?.[0] !== expected)
    throw corruptStore(file, 'rows that are not as they were written');
}

/** Of the rows' hashes: it can be taken on with each change, and comes out the same in whatever order rows were written. */
function sumOf(database: Database.Database, rows: readonly Rows[]): bigint {
  const hashes = rows.flatMap((some) => valuesOf(database, some).map((values) => hashOf([some.table, ...values])));
  return hashes.reduce((sum, hash) => sum + hash, 0n);
}

function hashOf(values: readonly unknown[]): bigint {
  return BigInt(`0x${createHash('sha256').update(JSON.stringify(values)).digest('hex')}`);
}

/** Text comes as the hex of its bytes: libsql ends the process where text is no UTF-8, as damaged text may be. */
function valuesOf(database: Database.Database, { table, column, value }: Rows): readonly (readonly unknown[])[] {
  const names = database.prepare(`SELECT name FROM pragma_table_info('${table}')`).raw().all() as [string][];
  const values = names.map(([name]) => `CASE typeof(${name}) WHEN 'text' THEN hex(${name}) ELSE ${name} END`);
  const where = column === undefined ? '' : ` WHERE ${column} = ?`;
  const statement = database.prepare(`SELECT ${values.join(', ')} FROM ${table}${where}`).raw();
  return statement.all(...(value === undefined ? [] : [value])) as unknown[][];
}

function format(sum: bigint): string {
  return (((sum % MODULUS) + MODULUS) % MODULUS).toString(16);
}
