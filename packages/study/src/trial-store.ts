import { makeFolder } from '@auto-seg-loss/files';
import { AslError, canonicalJson, contentKey, type Json } from '@auto-seg-loss/kernel';
import type Database from 'libsql';
import { RunLock } from './run-lock.ts';
import { corruptStore, onStore } from './store-errors.ts';
import { connect, connectChecked, copyStore, existingStore, heldAlready, storePath } from './store-file.ts';
import { createSchema, isEmpty } from './store-schema.ts';
import { changeSealed, type Rows } from './store-seal.ts';
import { inTransaction } from './transaction.ts';
import { type FinishedTrial, isFinished, type Outcome, type Scores, type TrialRecord } from './trial.ts';
import { metricsText, type RungRow, recordOf, scoresOf, type TrialRow } from './trial-row.ts';

/** What a run is: stored once, when it is made. */
export interface RunMeta {
  /** The resolved config. */
  readonly config: Json;
  /** Engine, library and plugin versions, threads, data: what else the outcomes depend on. */
  readonly environment: Json;
}

/** A change of the environment that somebody let a run go on with. */
export interface AcceptedChange {
  /** How many trials had their outcome then. */
  readonly finished: number;
  /** The environment before. */
  readonly before: Json;
}

/** All that a study has stored, except how long things took: the same for the same search, however often it was killed. */
export interface StudyContents extends RunMeta {
  readonly trials: readonly Omit<TrialRecord, 'ms'>[];
  readonly accepted: readonly AcceptedChange[];
  /** What trials were worth at rungs. */
  readonly rungs: readonly RungRecord[];
  /** The searcher's state before each round, and after the last. */
  readonly snapshots: readonly { readonly round: number; readonly state: Json }[];
}

/** A trial as a round begins. */
export type NewTrial = Pick<TrialRecord, 'number' | 'index' | 'key' | 'theta' | 'descent' | 'whole' | 'copyOf'>;

/** What a trial was worth at a rung. */
export interface RungRecord {
  readonly number: number;
  /** Of its training. */
  readonly share: number;
  readonly scores: Scores;
}

/**
 * The trials of one run, in an SQLite file in the run folder. One process writes (RunLock); every change is a transaction that
 * is on the disk (rollback journal, synchronous = FULL) before the call returns, so that a process killed at any moment
 * loses nothing that was finished. A trial's outcome is written once and never changed.
 */
export class TrialStore {
  readonly file: string;
  #state: RunMeta;
  readonly #database: Database.Database;
  readonly #release: () => void;

  private constructor(file: string, database: Database.Database, release: () => void) {
    this.file = file;
    this.#database = database;
    this.#release = release;
    this.#state = { config: this.#meta('config'), environment: this.#meta('environment') };
  }

  get meta(): RunMeta {
    return this.#state;
  }

  /**
   * Begins a run; makes the folder where it is missing.
   * @throws AslError ASL_RUN_FOLDER if it holds a run already, is in use, or cannot be written.
   */
  static create(folder: string, meta: RunMeta): TrialStore {
    const file = storePath(folder);
    makeFolder(folder);
    const lock = RunLock.take(folder);
    try {
      return onStore(file, () => {
        const database = connect(file);
        if (!isEmpty(database)) throw heldAlready(folder);
        createSchema(database, {
          config: canonicalJson(meta.config),
          environment: canonicalJson(meta.environment),
          accepted: '[]',
        });
        return new TrialStore(file, database, () => lock.release());
      });
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /**
   * Opens a run to go on with it.
   * @throws AslError ASL_RUN_FOLDER if there is none or it is in use; ASL_STATE_CORRUPT if its store is damaged.
   */
  static open(folder: string): TrialStore {
    const file = existingStore(folder);
    const lock = RunLock.take(folder);
    try {
      return onStore(file, () => new TrialStore(file, connectChecked(file, folder), () => lock.release()));
    } catch (error) {
      lock.release();
      throw error;
    }
  }

  /**
   * Opens a run to look at it as it is now, also while a search is writing it, which goes on meanwhile.
   * @throws AslError as `open`.
   */
  static read(folder: string): TrialStore {
    const file = existingStore(folder);
    return onStore(file, () => {
      const copy = copyStore(file, folder);
      try {
        const database = connectChecked(file, folder, copy.file);
        database.exec('PRAGMA query_only = ON');
        return new TrialStore(file, database, copy.remove);
      } catch (error) {
        copy.remove();
        throw error;
      }
    });
  }

  #meta(key: keyof RunMeta | 'accepted'): Json {
    const row = this.#database.prepare('SELECT value FROM meta WHERE key = ?').get(key) as
      | { value: string }
      | undefined;
    if (row === undefined) throw corruptStore(this.file, `no ${key}`);
    return JSON.parse(row.value);
  }

  /** The changes of the environment that the run went on with, in order. */
  accepted(): readonly AcceptedChange[] {
    return onStore(this.file, () => this.#meta('accepted') as unknown as readonly AcceptedChange[]);
  }

  /**
   * Lets a run go on in another environment: what is finished stays as it is; what is not is known by other keys, and
   * trained from its beginning.
   * @param keyOf the key of a trial in the new environment.
   */
  acceptEnvironment(environment: Json, keyOf: (trial: TrialRecord) => string): void {
    const trials = this.trials();
    const pending = trials.filter((trial) => !isFinished(trial));
    const change: AcceptedChange = { finished: trials.length - pending.length, before: this.meta.environment };
    const accepted = [...this.accepted(), change];
    this.#write([{ table: 'meta' }, { table: 'trials' }, { table: 'rungs' }], () => {
      const set = this.#database.prepare('UPDATE meta SET value = ? WHERE key = ?');
      set.run(canonicalJson(environment), 'environment');
      set.run(canonicalJson(accepted as unknown as Json), 'accepted');
      for (const trial of pending) {
        this.#database.prepare('UPDATE trials SET key = ? WHERE number = ?').run(keyOf(trial), trial.number);
        this.#database.prepare('DELETE FROM rungs WHERE number = ?').run(trial.number);
      }
    });
    this.#state = { ...this.#state, environment };
  }

  /**
   * Lets a run go on with another config.
   * @param rounds how many the search had: what came after them, the repeats of its best, is removed; null to keep it.
   */
  changeConfig(config: Json, rounds: number | null): void {
    this.#write([{ table: 'meta' }, { table: 'trials' }, { table: 'rungs' }, { table: 'timings' }], () => {
      this.#database.prepare('UPDATE meta SET value = ? WHERE key = ?').run(canonicalJson(config), 'config');
      if (rounds === null) return;
      const later = 'SELECT number FROM trials WHERE round >= ?';
      for (const table of ['rungs', 'timings'])
        this.#database.prepare(`DELETE FROM ${table} WHERE number IN (${later})`).run(rounds);
      this.#database.prepare('DELETE FROM trials WHERE round >= ?').run(rounds);
    });
    this.#state = { ...this.#state, config };
  }

  /** All trials, by number. */
  trials(): readonly TrialRecord[] {
    return this.#records('ORDER BY number');
  }

  /** The trials of a round, by index; empty if it has not begun. */
  round(round: number): readonly TrialRecord[] {
    return this.#records('WHERE round = ? ORDER BY position', round);
  }

  /** The first trial with this key that was run itself and has an outcome; null if there is none. */
  findByKey(key: string): FinishedTrial | null {
    const [trial] = this.#records(
      `WHERE key = ? AND copy_of IS NULL AND status <> 'pending' ORDER BY number LIMIT 1`,
      key,
    );
    return trial !== undefined && isFinished(trial) ? trial : null;
  }

  #records(clause: string, ...values: readonly (string | number)[]): readonly TrialRecord[] {
    return onStore(this.file, () => {
      const statement = this.#database.prepare(
        `SELECT trials.*, (SELECT SUM(ms) FROM timings WHERE timings.number = trials.number) AS ms FROM trials ${clause}`,
      );
      return (statement.all(...values) as TrialRow[]).map(recordOf);
    });
  }

  /** Begins a round: all its trials at once. */
  addRound(round: number, trials: readonly NewTrial[]): void {
    this.#write([{ table: 'trials', column: 'round', value: round }], () => {
      const insert = this.#database.prepare(
        `INSERT INTO trials (number, round, position, key, theta, descent, whole, status, copy_of)
         VALUES (?, ?, ?, ?, ?, ?, ?, 'pending', ?)`,
      );
      for (const { number, index, key, theta, descent, whole, copyOf } of trials) {
        const descends = descent === null ? null : JSON.stringify(descent);
        insert.run(number, round, index, key, JSON.stringify(theta), descends, whole ? 1 : 0, copyOf);
      }
    });
  }

  /**
   * Writes a trial's outcome. Numbers in `metrics` that are not finite are stored as null.
   * @param ms how long it ran; null for a copy.
   */
  finish(number: number, outcome: Outcome, ms: number | null): void {
    const scores = outcome.status === 'failed' ? null : outcome;
    const descended = outcome.status === 'complete' ? outcome.descended : undefined;
    this.#write(rowsOf('trials', number), () => {
      const { changes } = this.#database
        .prepare(
          `UPDATE trials SET status = ?, reward = ?, metrics = ?, images = ?, share = ?, descended = ?, error = ?
           WHERE number = ? AND status = 'pending'`,
        )
        .run(
          outcome.status,
          scores?.reward ?? null,
          scores === null ? null : metricsText(scores),
          scores?.images ?? null,
          outcome.status === 'pruned' ? outcome.share : null,
          descended === undefined ? null : JSON.stringify(descended),
          outcome.status === 'failed' ? outcome.error : null,
          number,
        );
      if (changes !== 1) {
        throw new AslError('ASL_INTERNAL', `trial ${number} has an outcome already, or was never begun`, {
          where: this.file,
        });
      }
      if (ms !== null) this.#time(number, ms);
    });
  }

  #time(number: number, ms: number): void {
    this.#database.prepare('INSERT INTO timings (number, ms) VALUES (?, ?)').run(number, ms);
  }

  /** Writes what a trial was worth at a rung, and how long it took to come there from the one before. */
  reachRung(number: number, share: number, scores: Scores, ms: number): void {
    const { reward, images } = scores;
    this.#write(rowsOf('rungs', number), () => {
      this.#database
        .prepare('INSERT INTO rungs (number, share, reward, metrics, images) VALUES (?, ?, ?, ?, ?)')
        .run(number, share, reward, metricsText(scores), images);
      this.#time(number, ms);
    });
  }

  /** What was stored of rungs, by number and share. @param share of one rung alone. */
  rungs(share?: number): readonly RungRecord[] {
    return onStore(this.file, () => {
      const all = 'SELECT * FROM rungs WHERE ? IS NULL OR share = ? ORDER BY number, share';
      const rows = this.#database.prepare(all).all(share ?? null, share ?? null) as RungRow[];
      return rows.map((row) => ({ number: row.number, share: row.share, scores: scoresOf(row) }));
    });
  }

  /** How many trials were begun before a round. */
  countBefore(round: number): number {
    return onStore(this.file, () => {
      const row = this.#database.prepare('SELECT COUNT(*) AS count FROM trials WHERE round < ?').get(round);
      return (row as { readonly count: number }).count;
    });
  }

  /** The searcher's state before the round that is under way, or after the last one; null if no search was begun. */
  lastSnapshot(): { readonly round: number; readonly state: Json } | null {
    return this.#snapshots('ORDER BY round DESC LIMIT 1')[0] ?? null;
  }

  /** Stores the searcher's state before round `round`, which is after the one before it was told. */
  saveSnapshot(round: number, state: Json): void {
    this.#write([{ table: 'snapshots', column: 'round', value: round }], () => {
      this.#database.prepare('INSERT INTO snapshots (round, state) VALUES (?, ?)').run(round, JSON.stringify(state));
    });
  }

  #snapshots(clause: string): readonly { readonly round: number; readonly state: Json }[] {
    return onStore(this.file, () => {
      const rows = this.#database.prepare(`SELECT round, state FROM snapshots ${clause}`).all();
      return (rows as { round: number; state: string }[]).map(({ round, state }) => ({
        round,
        state: JSON.parse(state),
      }));
    });
  }

  /** Everything but times. */
  contents(): StudyContents {
    const trials = this.trials().map(({ ms: _, ...trial }) => trial);
    return {
      ...this.meta,
      accepted: this.accepted(),
      trials,
      rungs: this.rungs(),
      snapshots: this.#snapshots('ORDER BY round'),
    };
  }

  /** SHA-256 of the contents: equal for equal searches. */
  contentHash(): string {
    return contentKey(JSON.parse(JSON.stringify(this.contents())));
  }

  /** @param rows all that `change` may touch. */
  #write(rows: readonly Rows[], change: () => void): void {
    const sealed = (): void => changeSealed(this.#database, rows, change);
    onStore(this.file, () => inTransaction(this.#database, 'immediate', sealed));
  }

  close(): void {
    this.#database.close();
    this.#release();
  }
}

/** Those of a trial, and its times. */
function rowsOf(table: 'trials' | 'rungs', number: number): readonly Rows[] {
  return [
    { table, column: 'number', value: number },
    { table: 'timings', column: 'number', value: number },
  ];
}
