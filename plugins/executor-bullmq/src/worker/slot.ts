import { randomUUID } from 'node:crypto';
import { readFile, stat, writeFile } from 'node:fs/promises';
import {
  type AcceptedSearch,
  type AslError,
  type Decision,
  type Executor,
  type Outcome,
  type Paused,
  type TrialTask,
  WorkerLost,
} from '@auto-seg-loss/kernel';
import type { Job } from 'bullmq';
import type { Redis } from 'ioredis';
import { keepBytes, keptBytes } from '../files.ts';
import { stateKey } from '../keys.ts';
import { type About, fromQueued, queuedTrialSchema, trialId, type WorkerMessage } from '../messages.ts';
import type { KnownSearch } from './known-search.ts';
import type { Mail } from './mail.ts';
import { sentError, told } from './sent-error.ts';
import { within } from './within.ts';

/** How long Redis keeps a paused training that nobody goes on with. */
const STATE_MS = 6 * 3_600_000;
/** How long giving a trial back may take, where Redis may not answer. */
const RETURN_MS = 2_000;

/** A trial under way. */
export interface Attempt {
  readonly id: string;
  readonly search: KnownSearch;
  /** Ends it without a result. */
  readonly stop: AbortController;
}

/** Why an attempt ended without a result. */
export type EndReason = 'dropped' | 'search ended' | 'worker stopped';

/** Runs trials one after the other, in a process that it keeps for as long as they are of the same search. */
export class Slot {
  readonly #redis: Redis;
  readonly #mail: Mail;
  /** Hears that this machine cannot work for a search any more. */
  readonly #withdraw: (search: KnownSearch, error: AslError) => void;
  attempt: Attempt | undefined;
  /** Whose process it has, and since when. */
  search: KnownSearch | undefined;
  since = 0;
  #executor: Executor | undefined;

  constructor(redis: Redis, mail: Mail, withdraw: (search: KnownSearch, error: AslError) => void) {
    this.#redis = redis;
    this.#mail = mail;
    this.#withdraw = withdraw;
  }

  /** Runs what a job holds. Never throws: what goes wrong is told to the search. */
  async run(search: KnownSearch, job: Job, token: string): Promise<void> {
    if (!search.accepted) {
      await job.moveToWait(token).catch(() => {});
      return;
    }
    const read = queuedTrialSchema.safeParse(job.data);
    if (!read.success) {
      // Nobody's that this version works for.
      await job.moveToCompleted(null, token, false).catch(() => {});
      return;
    }
    const task = fromQueued(read.data);
    const attempt: Attempt = { id: randomUUID(), search, stop: new AbortController() };
    this.attempt = attempt;
    const { lease, heartbeat } = search.description;
    const renewing = setInterval(() => void job.extendLock(token, lease).catch(() => {}), heartbeat);
    try {
      await this.#attempt(task, attempt, search.accepted, { job, token });
    } finally {
      clearInterval(renewing);
      this.attempt = undefined;
    }
  }

  async #attempt(
    task: TrialTask,
    attempt: Attempt,
    accepted: AcceptedSearch,
    queued: { readonly job: Job; readonly token: string },
  ): Promise<void> {
    const { search } = attempt;
    const about: About = { trial: trialId(task), attempt: attempt.id, worker: this.#mail.worker };
    const say = (message: WorkerMessage): Promise<void> => this.#mail.send(search, message, attempt.stop.signal);
    const done = (): Promise<unknown> => queued.job.moveToCompleted(null, queued.token, false).catch(() => {});
    try {
      await say({ type: 'begun', ...about });
      const executor = await this.#executorFor(search, accepted);
      if (task.from > 0) await this.#fetchState(search, accepted.pausedFile(task.key), task.key);
      const outcome = await this.#run(executor, task, attempt, about);
      if (outcome.status === 'paused') await this.#keepState(search, accepted.pausedFile(task.key), task.key);
      await this.#hand({ type: 'outcome', ...about, outcome }, attempt);
      await done();
    } catch (error) {
      if (attempt.stop.signal.aborted) {
        if (attempt.stop.signal.reason === 'worker stopped')
          await within(RETURN_MS, this.#giveBack(about, queued, search));
        else await within(RETURN_MS, done());
      } else if (error instanceof WorkerLost) {
        await say({ type: 'died', ...about, reason: error.message }).catch(() => {});
        await done();
      } else await this.#blame(error, about, queued, search);
    }
  }

  async #run(executor: Executor, task: TrialTask, attempt: Attempt, about: About): Promise<Outcome | Paused> {
    const { search, stop } = attempt;
    let place = 0;
    const report = (step: number, reward: number): Promise<Decision> =>
      this.#mail.ask(search, { type: 'report', ...about, place: place++, step, reward }, stop.signal);
    let toldAt = performance.now();
    const alive = (iterations: number | undefined): void => {
      if (performance.now() - toldAt < search.description.heartbeat) return;
      toldAt = performance.now();
      this.#mail.send(search, { type: 'alive', ...about, iterations: iterations ?? null }, stop.signal).catch(() => {});
    };
    const hooks = { report, retry: () => {}, alive };
    return executor.run(task, hooks, stop.signal);
  }

  /**
   * Gets an outcome through. A worker that is stopped meanwhile takes a moment for that: the search may have it already, and a
   * trial that is given back then would be run again for nothing.
   */
  async #hand(message: WorkerMessage, { search, stop }: Attempt): Promise<void> {
    const late = new AbortController();
    const abort = (): void => {
      if (stop.signal.reason === 'worker stopped') setTimeout(() => late.abort(), RETURN_MS).unref();
      else late.abort();
    };
    stop.signal.addEventListener('abort', abort, { once: true });
    try {
      if (stop.signal.aborted) abort();
      await this.#mail.send(search, message, late.signal);
    } finally {
      stop.signal.removeEventListener('abort', abort);
    }
  }

  /** A process of this search: that of another one is ended first. */
  async #executorFor(search: KnownSearch, accepted: AcceptedSearch): Promise<Executor> {
    if (this.search === search && this.#executor !== undefined) return this.#executor;
    await this.close();
    this.search = search;
    this.since = performance.now();
    this.#executor = accepted.process();
    return this.#executor;
  }

  async close(): Promise<void> {
    const executor = this.#executor;
    this.#executor = undefined;
    this.search = undefined;
    await executor?.close();
  }

  /** What goes wrong on one machine is no reason to end the search; what every machine would meet is. */
  async #blame(
    error: unknown,
    about: About,
    queued: { readonly job: Job; readonly token: string },
    search: KnownSearch,
  ): Promise<void> {
    const met = told(error);
    const isEverywhere = met.code === 'ASL_PLUGIN_FAILED';
    if (!isEverywhere) {
      this.#withdraw(search, met);
      await queued.job.moveToWait(queued.token).catch(() => {});
    }
    const type = isEverywhere ? 'refused' : 'withdrawn';
    const never = new AbortController().signal;
    await within(RETURN_MS, this.#mail.send(search, { type, ...about, error: sentError(met) }, never));
    await within(RETURN_MS, this.close());
  }

  async #giveBack(
    about: About,
    { job, token }: { readonly job: Job; readonly token: string },
    search: KnownSearch,
  ): Promise<void> {
    // Told first: whoever takes it then is not thought to have it from a lost one.
    await this.#mail.send(search, { type: 'returned', ...about }, new AbortController().signal);
    await job.moveToWait(token);
    await this.#mail.news(search);
  }

  /** A training that waits elsewhere; where it does not, or cannot be had, it begins anew and comes to the same. */
  async #fetchState(search: KnownSearch, path: string, key: string): Promise<void> {
    const state = await keptBytes(this.#redis, stateKey(search.description.run, key)).catch(() => undefined);
    if (state !== undefined) await writeFile(path, state);
  }

  async #keepState(search: KnownSearch, path: string, key: string): Promise<void> {
    const { carry, run } = search.description;
    const { size } = await stat(path).catch(() => ({ size: Number.POSITIVE_INFINITY }));
    if (size > carry) return;
    await keepBytes(this.#redis, stateKey(run, key), await readFile(path), STATE_MS).catch(() => {});
  }
}
