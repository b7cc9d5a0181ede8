// Loaded with --import into `asl search` and its workers: what they write, they write through the functions wrapped here.
import { appendFileSync, closeSync, existsSync, openSync, writeSync } from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import { basename, dirname, join, relative } from 'node:path';
import { isMainThread } from 'node:worker_threads';
import { TEMPORARY_NAME } from '@auto-seg-loss/files';
import { type Befalls, type Fault, type FaultPlan, JOURNAL } from './fault-plan.ts';

// biome-ignore lint/suspicious/noExplicitAny: whatever a wrapped function takes
type Wrapped = (...args: any[]) => any;
type Functions = Record<string, Wrapped>;

/** What is used of libsql's connections. */
interface Connection {
  readonly inTransaction: boolean;
  exec(sql: string): void;
  prepare(sql: string): unknown;
  pragma(source: string): unknown;
}

const require = createRequire(import.meta.url);
// What this module itself writes must not go through what it wraps.
const untouched = { appendFileSync, closeSync, existsSync, openSync, writeSync };

const KEY = /^[0-9a-f]{64}/;
const CHANGES = /^\s*(CREATE TABLE|INSERT INTO|UPDATE|DELETE FROM)\s+(?:IF NOT EXISTS\s+)?(\w+)/;

function hook(plan: FaultPlan): void {
  const points = new Points(plan);
  wrapFiles(plan.runFolder, points);
  if (isWorker()) hearTasks(points, plan.deadly ?? []);
  else wrapStore(points);
  if (plan.clockJumps === true) jump();
}

/** The points that this process comes by. */
class Points {
  readonly #plan: FaultPlan;
  readonly #passed: Map<Fault, number> = new Map();
  /** What this worker does now. */
  task: string | undefined;

  constructor(plan: FaultPlan) {
    this.#plan = plan;
  }

  /**
   * @param before what is done first where something happens: half of what was to be written, say.
   * @param fillDisk what makes writing fail from here on; without it, this write fails.
   */
  reach(point: string, before: () => void = () => {}, fillDisk?: () => void): void {
    if (this.#plan.record === true) this.#note(point);
    for (const fault of this.#plan.faults) {
      if (fault.point !== point) continue;
      const passed = this.#passed.get(fault) ?? 0;
      this.#passed.set(fault, passed + 1);
      if (passed < fault.skip || !this.#claim(fault)) continue;
      before();
      if (fault.befalls !== 'no-space') die(fault.befalls);
      else if (fillDisk === undefined) throw noSpace(point);
      else fillDisk();
    }
  }

  #note(point: string): void {
    untouched.appendFileSync(join(this.#plan.stateFolder, JOURNAL), `${point}\n`);
  }

  /** Once for each fault; and one worker for each task of a search's process, as a second one makes the task fail. */
  #claim(fault: Fault): boolean {
    const own = `fault-${this.#plan.faults.indexOf(fault)}`;
    if (untouched.existsSync(this.#marker(own))) return false;
    if (fault.befalls === 'kill' && this.task !== undefined && !this.#mark(this.task)) return false;
    return this.#mark(own);
  }

  #marker(name: string): string {
    return join(this.#plan.stateFolder, name);
  }

  #mark(name: string): boolean {
    try {
      untouched.closeSync(untouched.openSync(this.#marker(name), 'wx'));
      return true;
    } catch {
      return false;
    }
  }
}

function noSpace(point: string): Error {
  return Object.assign(new Error(`ENOSPC: no space left on device, ${point}`), { code: 'ENOSPC' });
}

function die(befalls: Exclude<Befalls, 'no-space'>): void {
  // The search leads its group.
  const search = searchPid();
  try {
    process.kill({ kill: process.pid, 'kill-search': search, 'kill-group': -search }[befalls], 'SIGKILL');
  } catch {
    // It has died before its worker: what was to befall it has.
  }
}

/** Told to workers as they start: the parent of one whose search has died is another process, and its group everybody's. */
function searchPid(): number {
  return isWorker() ? Number(process.argv[2]) : process.pid;
}

function isWorker(): boolean {
  return process.argv[1]?.endsWith('worker-process.js') === true;
}

/** Follows what a worker is told, without a listener of its own: the first listener takes messages from the one they are for. */
function hearTasks(points: Points, deadly: readonly number[]): void {
  const emit = process.emit as Wrapped;
  process.emit = function (this: unknown, event: string, ...args: unknown[]) {
    const message = args[0] as { type?: string; task?: { key: string; number: number; from: number } } | undefined;
    if (event === 'message' && message?.type === 'run' && message.task !== undefined) {
      const { key, number, from } = message.task;
      points.task = `task-${key.slice(0, 16)}-${from}-${searchPid()}`;
      if (KEY.test(key) && deadly.includes(number)) die('kill');
    }
    return emit.call(this, event, ...args);
  } as typeof process.emit;
}

/** Files that take the place of others, and those that are removed. */
function wrapFiles(runFolder: string, points: Points): void {
  const nameOf = (path: unknown): string | undefined => {
    if (typeof path !== 'string') return undefined;
    const place = relative(runFolder, path);
    if (place.startsWith('..') || place === '') return undefined;
    const name = (TEMPORARY_NAME.exec(basename(place))?.[1] ?? basename(place)).replace(KEY, '<key>');
    return join(dirname(place), name);
  };
  const half = (fd: number, data: Uint8Array) => () =>
    void untouched.writeSync(fd, data, 0, Math.ceil(data.length / 2));
  const sync = require('node:fs') as Functions & { readonly promises: Functions };
  const promises = sync.promises;
  const [open, write, rename] = [sync.openSync, sync.writeSync, sync.renameSync] as [Wrapped, Wrapped, Wrapped];
  const [rename$, rm$] = [promises.rename, promises.rm] as [Wrapped, Wrapped];

  const written = new Map<number, string>();
  sync.openSync = (path, flags, ...rest) => {
    const name = flags === 'wx' ? nameOf(path) : undefined;
    if (name !== undefined) points.reach(`${name}: before it is opened`);
    const fd = open(path, flags, ...rest) as number;
    if (name === undefined) written.delete(fd);
    else written.set(fd, name);
    return fd;
  };
  sync.writeSync = (fd, data, ...rest) => {
    const name = written.get(fd);
    if (name !== undefined) points.reach(`${name}: half written`, half(fd, data));
    return write(fd, data, ...rest);
  };
  sync.renameSync = (from, to) => {
    // It is written as time goes by, not as the search does: no two searches do so equally often.
    if (basename(to) === 'live.json') return rename(from, to);
    points.reach(`${nameOf(to)}: before rename`);
    rename(from, to);
    points.reach(`${nameOf(to)}: after rename`);
  };
  promises.rename = async (from, to) => {
    // The first state of a training has none before it to keep.
    if (!untouched.existsSync(from)) return rename$(from, to);
    points.reach(`${nameOf(to)}: before rename`);
    await rename$(from, to);
    points.reach(`${nameOf(to)}: after rename`);
  };
  promises.rm = async (path, ...rest) => {
    const name = untouched.existsSync(path) ? nameOf(path) : undefined;
    if (name === undefined) return rm$(path, ...rest);
    points.reach(`${name}: before it is removed`);
    await rm$(path, ...rest);
    points.reach(`${name}: after it is removed`);
  };
  syncBuiltinESMExports();
}

/** Transactions, by the first statement in them that changes something. */
function wrapStore(points: Points): void {
  const libsql = createRequire(import.meta.resolve('@auto-seg-loss/study'))('libsql') as {
    readonly prototype: Connection;
  };
  const { prototype } = libsql;
  const { exec, prepare } = prototype;
  const changes = new WeakMap<object, string>();
  const changing = function (this: Connection, sql: string): void {
    const [, verb, table] = CHANGES.exec(sql) ?? [];
    if (verb === undefined || !this.inTransaction || changes.has(this)) return;
    const name = `${verb} ${table}`;
    changes.set(this, name);
    // As many pages as there are already: the next one that is needed is not to be had.
    points.reach(`${name}: begun`, undefined, () => void this.pragma('max_page_count = 1'));
  };
  prototype.prepare = function (this: Connection, sql: string) {
    changing.call(this, sql);
    return prepare.call(this, sql);
  };
  prototype.exec = function (this: Connection, sql: string) {
    const name = changes.get(this);
    changing.call(this, sql);
    if (sql !== 'COMMIT' || name === undefined) {
      const result = exec.call(this, sql);
      // With next to no cache, SQLite writes pages before the end of a transaction: a kill then leaves the file half changed.
      if (sql.startsWith('BEGIN')) {
        changes.delete(this);
        exec.call(this, 'PRAGMA cache_size = 1');
      }
      return result;
    }
    points.reach(`${name}: before COMMIT`);
    const result = exec.call(this, sql);
    changes.delete(this);
    points.reach(`${name}: after COMMIT`);
    return result;
  };
}

/** A day forth, a day back, on time: whoever measures with the time of day measures nonsense. */
function jump(): void {
  const Clock = globalThis.Date;
  const DAY_MS = 86_400_000;
  let reads = 0;
  const now = (): number => Clock.now() + ((reads++ % 3) - 1) * DAY_MS;
  globalThis.Date = class extends Clock {
    constructor(...args: [] | [number | string | Date]) {
      super(...((args.length === 0 ? [now()] : args) as [number]));
    }
    static override now(): number {
      return now();
    }
  } as DateConstructor;
}

const text = process.env.ASL_FAULTS;
// Threads of a worker write nothing.
if (text !== undefined && isMainThread) hook(JSON.parse(text) as FaultPlan);
