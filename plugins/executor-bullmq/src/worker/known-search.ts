import { mkdirSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { AcceptedSearch, Serving } from '@auto-seg-loss/kernel';
import { type Job, Worker } from 'bullmq';
import type { Redis } from 'ioredis';
import { receiveFile } from '../files.ts';
import { PREFIX, partKey, queueName } from '../keys.ts';
import type { Description } from '../messages.ts';
import { removeLate } from '../remove-search.ts';

/** Between two looks into a queue that was empty. */
const LOOK_MS = 1_000;
/** More than a job is ever lost: it is the search that counts. */
const NEVER = 1_000_000_000;

/** A search that this worker found. */
export class KnownSearch {
  readonly id: string;
  readonly description: Description;
  readonly folder: string;
  /** What this machine does for it; undefined until that is known, null where it does nothing. */
  accepted: AcceptedSearch | null | undefined;
  /** Whether its process gives signs of life: without one, nobody waits for its trials. */
  isOwned = true;
  /** Since when its description is not there. */
  goneSince: number | undefined;
  lastSign: number = Number.NEGATIVE_INFINITY;
  #bull: Worker | undefined;
  #emptyUntil = 0;
  #taking: Promise<unknown> = Promise.resolve();

  constructor(id: string, description: Description, folder: string) {
    this.id = id;
    this.description = description;
    this.folder = join(folder, id);
  }

  /**
   * Takes over the search's files, and has this machine proved.
   * @returns false where files are not there yet. @throws AslError as `accept`.
   */
  async prove(redis: Redis, serving: Serving): Promise<boolean> {
    const { files: entries, name, search } = this.description;
    const paused = join(this.folder, 'paused');
    mkdirSync(paused, { recursive: true });
    const files: Record<string, string> = {};
    for (const entry of entries) {
      const path = await receiveFile(redis, this.id, entry, this.folder);
      if (path === undefined) return false;
      files[entry.name] = path;
    }
    this.accepted = await serving.accept({ name, search, files, paused });
    return true;
  }

  /** Begins to take trials of it, and to find those that others were lost with. */
  join(redis: Redis): void {
    const { lease } = this.description;
    const bull = new Worker(queueName(this.id), null, {
      connection: redis,
      prefix: PREFIX,
      autorun: false,
      lockDuration: lease,
      stalledInterval: Math.max(50, lease / 2),
      maxStalledCount: NEVER,
      skipVersionCheck: true,
      removeOnComplete: { count: 0 },
      removeOnFail: { count: 0 },
    });
    // A connection that is lost is told of elsewhere.
    bull.on('error', () => {});
    this.#bull = bull;
    bull.startStalledCheckTimer().catch(() => {});
  }

  /** The next trial, locked under a token; undefined where there is none, or Redis cannot be asked. */
  async take(token: string): Promise<Job | undefined> {
    const taking = this.#taking.then(async () => {
      if (this.#bull === undefined || !this.isOwned || performance.now() < this.#emptyUntil) return undefined;
      const job = (await this.#bull.getNextJob(token, { block: false }).catch(() => undefined)) as Job | undefined;
      if (job === undefined) this.#emptyUntil = performance.now() + LOOK_MS;
      return job;
    });
    this.#taking = taking;
    return taking;
  }

  /** There may be trials again. */
  wake(): void {
    this.#emptyUntil = 0;
  }

  /** @returns whether a sign of life is due. */
  isSignDue(): boolean {
    if (performance.now() - this.lastSign < this.description.heartbeat) return false;
    this.lastSign = performance.now();
    return true;
  }

  async leave(redis: Redis, worker: string): Promise<void> {
    const bull = this.#bull;
    this.#bull = undefined;
    await this.accepted?.dispose();
    this.accepted = null;
    // What is just being written there goes with the worker's own folder.
    await rm(this.folder, { recursive: true, force: true }).catch(() => {});
    const isReachable = redis.status === 'ready';
    if (isReachable) {
      await redis.del(partKey(this.id, 'worker', worker)).catch(() => {});
      await redis.srem(partKey(this.id, 'workers'), worker).catch(() => {});
    }
    await bull?.close(true).catch(() => {});
    if (isReachable) await removeLate(redis, this.id).catch(() => {});
  }
}
