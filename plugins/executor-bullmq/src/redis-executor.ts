import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import {
  AslError,
  aslCommand,
  type Executor,
  type ExecutorJob,
  type Outcome,
  type Paused,
  type TrialHooks,
  type TrialTask,
} from '@auto-seg-loss/kernel';
import { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { Address } from './address.ts';
import { connect, hangUp, SILENT_MS } from './connection.ts';
import { fileKeys, forgetBytes, sendFile } from './files.ts';
import { Inbox } from './inbox.ts';
import { controlChannel, descriptionKey, NEWS, PREFIX, partKey, queueName, SEARCHES, stateKey } from './keys.ts';
import { type ControlMessage, type Description, type FileEntry, toQueued } from './messages.ts';
import { type OpenTrial, OpenTrials } from './open-trials.ts';
import type { BullmqOptions } from './options.ts';
import { Refusals } from './refusals.ts';
import { removeSearch, removeUnowned } from './remove-search.ts';
import { ownerOf, SearchLock } from './search-lock.ts';
import { Trouble } from './trouble.ts';

/** What lies in Redis for a search goes by itself after this many leases without its process. */
const KEPT_LEASES = 20;
/** The first looks come sooner: somebody waits to hear whether there are workers. */
const FIRST_LOOKS = 5;
const FIRST_LOOK_MS = 2_000;
/** Of closing, where Redis may not answer. */
const CLOSE_MS = 3_000;

/**
 * Runs trials on whatever workers come. What is to be run is known here, and what was run in the study's store: Redis holds
 * copies alone. What is lost there is put there again.
 */
export class RedisExecutor implements Executor {
  readonly concurrency: number;
  readonly queues = true;
  readonly #job: ExecutorJob;
  readonly #address: Address;
  readonly #leaseMs: number;
  readonly #heartbeatMs: number;
  readonly #carry: number;
  readonly #redis: Redis;
  readonly #queue: Queue;
  readonly #inbox: Inbox;
  readonly #lock: SearchLock;
  readonly #search: string = randomUUID();
  readonly #trials: OpenTrials;
  readonly #refusals: Refusals;
  readonly #trouble: Trouble;
  readonly #closing: AbortController = new AbortController();
  /** Settles when the search can be worked for; rejects where it cannot be. */
  readonly #opened: Promise<void>;
  #failure: AslError | undefined;
  #files: readonly FileEntry[] = [];
  #jobs = 0;
  #slots = 0;
  #workers: number | undefined;
  #looks = 0;
  #looksWithout = 0;
  #sending: Promise<void> | undefined;
  #looking: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;

  constructor(job: ExecutorJob, address: Address, options: BullmqOptions) {
    this.#job = job;
    this.#address = address;
    this.#refusals = new Refusals(job.name);
    this.concurrency = options.ahead;
    this.#leaseMs = 1000 * options.lease;
    this.#heartbeatMs = 1000 * options.heartbeat;
    this.#carry = options.carry * 2 ** 20;
    this.#trouble = new Trouble(address.shown, (message) => job.notify(message));
    const silentMs = Math.max(2 * this.#heartbeatMs, SILENT_MS);
    this.#redis = connect(address, silentMs, this.#trouble);
    this.#queue = new Queue(queueName(this.#search), {
      connection: this.#redis,
      prefix: PREFIX,
      skipMetasUpdate: true,
      skipVersionCheck: true,
      defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
    });
    // What goes wrong in a command is told where that is waited for.
    this.#queue.on('error', () => {});
    this.#lock = new SearchLock(this.#redis, job.run, ownerOf(this.#search, job.name), this.#leaseMs);
    this.#trials = new OpenTrials(options.attempts, {
      enqueue: (trial) => {
        trial.job = null;
        void this.#send();
      },
      drop: (attempts) => this.#tell({ type: 'drop', attempts: [...attempts] }),
      answer: (attempt, place, decision) => this.#tell({ type: 'answer', attempt, place, decision }),
      notify: (message) => job.notify(message),
      fail: (error) => this.#fail(error),
    });
    this.#inbox = new Inbox(connect(address, silentMs), partKey(this.#search, 'inbox'), (message) =>
      message.type === 'declined' ? this.#refusals.hear(message) : this.#trials.hear(message),
    );
    this.#opened = this.#open();
    // Whoever runs a trial hears of it.
    this.#opened.catch(() => {});
  }

  /** Of all workers that are there. */
  get slots(): number {
    return Math.max(1, this.#slots);
  }

  async run(task: TrialTask, hooks: TrialHooks, signal: AbortSignal): Promise<Outcome | Paused> {
    signal.throwIfAborted();
    // One signal ends all that wait.
    setMaxListeners(0, signal);
    const { trial, outcome } = this.#trials.add(task, hooks);
    const abort = (): void => {
      if (this.#trials.giveUp(trial, signal.reason)) void this.#removeJob(trial);
    };
    signal.addEventListener('abort', abort, { once: true });
    try {
      if (this.#failure !== undefined) this.#trials.giveUp(trial, this.#failure);
      this.#opened.then(
        () => this.#send(),
        (error: unknown) => this.#trials.giveUp(trial, error),
      );
      return await outcome;
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  forget(key: string): void {
    forgetBytes(this.#redis, stateKey(this.#job.run, key)).catch(() => {});
  }

  async close(): Promise<void> {
    this.#closing.abort();
    clearTimeout(this.#timer);
    const leave = async (): Promise<void> => {
      await this.#opened;
      // What is on its way would come after what is removed.
      await Promise.all([this.#sending, this.#looking]);
      await removeSearch(this.#redis, this.#search);
      await this.#lock.free();
    };
    const late = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_MS).unref());
    await Promise.race([leave().catch(() => {}), late]);
    this.#inbox.close();
    await Promise.race([this.#queue.close().catch(() => {}), late]);
    hangUp(this.#redis);
  }

  async #open(): Promise<void> {
    const { signal } = this.#closing;
    await this.#trouble.retry(async () => {
      const before = await this.#lock.take(signal, (message) => this.#job.notify(message));
      // Its own is of a try before this one.
      if (before !== undefined && before.search !== this.#search) await removeSearch(this.#redis, before.search);
      await removeUnowned(this.#redis);
      await this.#publish();
    }, signal);
    this.#inbox.start();
    this.#lookAgain();
  }

  /** Puts into Redis what workers need to know of the search. */
  async #publish(): Promise<void> {
    const ttl = KEPT_LEASES * this.#leaseMs;
    const files: FileEntry[] = [];
    for (const [name, path] of Object.entries(this.#job.files))
      files.push(await sendFile(this.#redis, this.#search, { name, path }, ttl));
    this.#files = files;
    const { run, name } = this.#job;
    const times = { lease: this.#leaseMs, heartbeat: this.#heartbeatMs };
    const search = this.#job.search();
    const description: Description = { format: 1, run, name, search, files, ...times, carry: this.#carry };
    await this.#redis.set(descriptionKey(this.#search), JSON.stringify(description), 'PX', ttl);
    await this.#redis.sadd(SEARCHES, this.#search);
    await this.#redis.publish(NEWS, this.#search);
  }

  /** Puts all trials into the queue that have no job there. */
  #send(): Promise<void> {
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  async #sendAll(): Promise<void> {
    // Trials that come at once go at once.
    await Promise.resolve();
    for (;;) {
      const waiting = this.#trials.all.filter(({ job }) => job === null);
      if (waiting.length === 0 || this.#closing.signal.aborted) return;
      const jobs = waiting.map((trial) => {
        trial.job = `trial-${++this.#jobs}`;
        trial.unseen = 0;
        return { name: 'trial', data: toQueued(trial.task), opts: { jobId: trial.job } };
      });
      try {
        await this.#trouble.watch(() => this.#queue.addBulk(jobs));
        await this.#redis.publish(NEWS, this.#search);
      } catch {
        // What did not get there is missed at the next look.
        return;
      }
    }
  }

  #lookAgain(): void {
    const isEarly = this.#looks++ < FIRST_LOOKS;
    const wait = isEarly ? Math.min(FIRST_LOOK_MS, this.#heartbeatMs) : this.#heartbeatMs;
    this.#timer = setTimeout(() => {
      this.#looking = this.#trouble
        .watch(() => this.#look())
        .catch((error: unknown) => {
          if (error instanceof AslError) this.#fail(error);
        })
        .finally(() => {
          if (!this.#closing.signal.aborted) this.#lookAgain();
        });
    }, wait);
  }

  /** Looks at what Redis holds, and puts there what it lost. */
  async #look(): Promise<void> {
    await this.#lock.renew();
    if ((await this.#redis.exists(descriptionKey(this.#search))) === 0) await this.#publish();
    const ttl = KEPT_LEASES * this.#leaseMs;
    const keys = [descriptionKey(this.#search), ...this.#files.flatMap((file) => fileKeys(this.#search, file))];
    const kept = await Promise.all(keys.map((key) => this.#redis.pexpire(key, ttl)));
    if (kept.includes(0)) await this.#publish();
    await this.#redis.sadd(SEARCHES, this.#search);
    await this.#countWorkers();
    await this.#findLost();
    await this.#send();
  }

  /** Trials whose job is gone, or in no list, at two looks are sent again: between its result and its end a job is gone as well. */
  async #findLost(): Promise<void> {
    const sent = this.#trials.all.filter(({ job }) => job !== null);
    const counts = await this.#queue.getJobCounts('wait', 'active', 'prioritized', 'delayed');
    const listed = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const found = await Promise.all(
      sent.map(({ job }) => this.#redis.exists(`${PREFIX}:${queueName(this.#search)}:${job}`)),
    );
    const stored = found.filter((one) => one === 1).length;
    for (const [place, trial] of sent.entries()) {
      const isThere = found[place] === 1 && (listed >= stored || (await this.#isListed(trial)));
      trial.unseen = isThere ? 0 : trial.unseen + 1;
      if (trial.unseen < 2) continue;
      void this.#removeJob(trial);
      trial.job = null;
    }
  }

  async #isListed({ job }: OpenTrial): Promise<boolean> {
    return job !== null && (await this.#queue.getJobState(job)) !== 'unknown';
  }

  async #removeJob({ job }: OpenTrial): Promise<void> {
    // One that a worker holds cannot be removed; the worker is told to drop it.
    if (job !== null) await this.#queue.remove(job).catch(() => {});
  }

  async #countWorkers(): Promise<void> {
    const set = partKey(this.#search, 'workers');
    const ids = await this.#redis.smembers(set);
    const slots = ids.length === 0 ? [] : await this.#redis.mget(ids.map((id) => partKey(this.#search, 'worker', id)));
    const gone = ids.filter((_, place) => slots[place] === null);
    if (gone.length > 0) await this.#redis.srem(set, gone);
    const there = slots.filter((each) => each !== null);
    this.#slots = there.reduce((sum, each) => sum + Number(each), 0);
    this.#tellWorkers(there.length);
  }

  #tellWorkers(workers: number): void {
    for (const line of this.#refusals.tell()) this.#job.notify(line);
    this.#looksWithout = workers === 0 ? this.#looksWithout + 1 : 0;
    // Workers that were there may be about to come again, and new ones take a moment.
    if (workers === 0 && this.#looksWithout < 3) return;
    if (workers === this.#workers) return;
    const before = this.#workers;
    this.#workers = workers;
    const slots = this.#slots === 1 ? '1 trial' : `${this.#slots} trials`;
    if (workers > 0)
      this.#job.notify(`${workers === 1 ? '1 worker is' : `${workers} workers are`} there, for ${slots} at a time.`);
    else this.#job.notify(`${this.#whyNone(before)}; the search waits for some: ${this.#workerCommand()}`);
  }

  /** @param before how many workers there were when that was told last. */
  #whyNone(before: number | undefined): string {
    if (before !== undefined) return 'The last worker has left';
    return this.#refusals.any ? 'No worker has come yet that takes this search' : 'No worker has come yet';
  }

  /** What starts a worker, and what is missing from that. */
  #workerCommand(): string {
    const { named, isPartial } = this.#address;
    const command = aslCommand('worker', '--url', named);
    return isPartial ? `${command} (with the password put in, which is not shown here)` : command;
  }

  #tell(message: ControlMessage): void {
    this.#redis.publish(controlChannel(this.#search), JSON.stringify(message)).catch(() => {});
  }

  /** Ends all trials, and refuses new ones. */
  #fail(error: AslError): void {
    this.#failure ??= error;
    for (const trial of this.#trials.all) if (this.#trials.giveUp(trial, this.#failure)) void this.#removeJob(trial);
  }
}
