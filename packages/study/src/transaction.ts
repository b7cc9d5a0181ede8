import type Database from 'libsql';

/**
 * Makes changes all or none of which are kept. (libsql's own `transaction` rolls back in any case; after an error for which
 * SQLite has done so itself, such as a full disk, that fails too, and its error hides the one that says why.)
 *
 * @param mode deferred for what only reads.
 */
export function inTransaction<T>(database: Database.Database, mode: 'immediate' | 'deferred', change: () => T): T {
  database.exec(`BEGIN ${mode.toUpperCase()}`);
  try {
    const result = change();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    if (database.inTransaction) database.exec('ROLLBACK');
    throw error;
  }
}
