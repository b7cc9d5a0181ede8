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
   * Waits for as long as a process that was killed may hold it.
   * @returns the owner that left it, if one of the same folder did: the folder has a lock of its own, so that owner is no more.
   * @throws AslError ASL_RUN_FOLDER where another process renews it; the signal's reason.
   */
  async take(signal: AbortSignal): Promise<Owner | undefined> {
    for (let waited = 0; ; waited += this.#leaseMs / 10) {
      const held = await this.#redis.set(this.#key, this.#text, 'PX', this.#leaseMs, 'NX');
      if (held !== null) return undefined;
      const owner = read(ownerSchema, await this.#redis.get(this.#key));
      if (owner?.folder === this.#owner.folder && owner.host === this.#owner.host) {
        await this.#redis.set(this.#key, this.#text, 'PX', this.#leaseMs);
        return owner;
      }
      if (waited > 1.2 * this.#leaseMs) throw taken(owner, this.#owner);
      await sleep(this.#leaseMs / 10, undefined, { signal });
    }
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
    received: owner === undefined ? 'another process' : `${owner.process} on ${owner.host}: ${owner.folder}`,
    remedy: 'wait until it has ended, or stop it; a new search is one of its own',
  });
}
