import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { AslError } from '@auto-seg-loss/kernel';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import { lockKey } from './keys.ts';
import { read } from './messages.ts';

/** Who searches a run. */
export interface Owner {
  /** The search as workers know it: another one for each process. */
  readonly search: string;
  readonly process: string;
  /** Two machines may have a folder of the same path. */
  readonly host: string;
  readonly folder: string;
}

const ownerSchema: z.ZodType<Owner> = z.strictObject({
  search: z.string(),
  process: z.string(),
  host: z.string(),
  folder: z.string(),
});

/** A process that was killed holds it for less: in leases. */
const HELD_LEASES = 1.2;

/** Extends the lock, if it is ours. */
const RENEW = `local owner = redis.call('get', KEYS[1])
if owner == ARGV[1] then redis.call('pexpire', KEYS[1], ARGV[2]) return '' end
return owner or false`;

/** Frees the lock, if it is ours. */
const FREE = `if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end return 0`;

/**
 * Keeps a second process off a run whose folder was copied: the lock of a folder sees no other folder. It lies in Redis for as
 * long as its owner renews it.
 */
export class SearchLock {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #text: string;
  readonly #owner: Owner;
  readonly #leaseMs: number;

  constructor(redis: Redis, run: string, owner: Owner, leaseMs: number) {
    this.#redis = redis;
    this.#key = lockKey(run);
    this.#owner = owner;
    this.#text = JSON.stringify(owner);
    this.#leaseMs = leaseMs;
  }

  /**
   * Waits for as long as a process that was killed may hold it. Redis may also have lost it: whoever saw an owner gives that one
   * a lease to take it again, of which its heartbeat is half at most.
   * @param tell hears at once that there is something to wait for.
   * @returns the owner that left it, if one of the same folder did: the folder has a lock of its own, so that owner is no more.
   * @throws AslError ASL_RUN_FOLDER where another process renews it; the signal's reason.
   */
  async take(signal: AbortSignal, tell: (message: string) => void): Promise<Owner | undefined> {
    const step = this.#leaseMs / 10;
    let seen = false;
    let [held, free] = [0, 0];
    for (;;) {
      const mayTake = !seen || free > this.#leaseMs;
      if (mayTake && (await this.#redis.set(this.#key, this.#text, 'PX', this.#leaseMs, 'NX')) !== null)
        return undefined;
      const text = await this.#redis.get(this.#key);
      const owner = read(ownerSchema, text);
      if (owner?.folder === this.#owner.folder && owner.host === this.#owner.host) {
        await this.#redis.set(this.#key, this.#text, 'PX', this.#leaseMs);
        return owner;
      }
      if (text === null) free += step;
      else {
        // Taken again, it has somebody who lives.
        if (held > HELD_LEASES * this.#leaseMs || free > 0) throw taken(owner, this.#owner);
        held += step;
        if (!seen) tell(this.#waitsFor(owner));
        seen = true;
      }
      await sleep(step, undefined, { signal });
    }
  }

  #waitsFor(owner: Owner | undefined): string {
    const seconds = Math.ceil(((HELD_LEASES + 1) * this.#leaseMs) / 1000);
    return `Another process (${named(owner)}) seems to run this search; waiting up to ${seconds} s to see whether it still does.`;
  }

  /** Renews it; takes it again where Redis lost it. @throws AslError ASL_RUN_FOLDER where another process has it. */
  async renew(): Promise<void> {
    const owner = (await this.#redis.eval(RENEW, 1, this.#key, this.#text, this.#leaseMs)) as string | null;
    if (owner === '') return;
    if (owner === null) {
      await this.#redis.set(this.#key, this.#text, 'PX', this.#leaseMs, 'NX');
      return;
    }
    throw taken(read(ownerSchema, owner), this.#owner);
  }

  async free(): Promise<void> {
    await this.#redis.eval(FREE, 1, this.#key, this.#text);
  }
}

/** This process, to others. */
export function ownerOf(search: string, folder: string): Owner {
  return { search, process: `process ${process.pid}`, host: hostname(), folder };
}

function taken(owner: Owner | undefined, own: Owner): AslError {
  return new AslError('ASL_RUN_FOLDER', 'another process is running this search', {
    where: own.folder,
    expected: 'one process for each run, wherever copies of its folder lie',
    received: named(owner),
    remedy: 'wait until it has ended, or stop it; a new search is one of its own',
  });
}

function named(owner: Owner | undefined): string {
  return owner === undefined ? 'another process' : `${owner.process} on ${owner.host}: ${owner.folder}`;
}
