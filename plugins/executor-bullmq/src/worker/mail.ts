import { setTimeout as sleep } from 'node:timers/promises';
import type { Decision } from '@auto-seg-loss/kernel';
import type { Redis } from 'ioredis';
import { NEWS, partKey } from '../keys.ts';
import type { ControlMessage, InboxMessage, WorkerMessage } from '../messages.ts';
import type { KnownSearch } from './known-search.ts';

/** Between two tries to get a message through. */
const AGAIN_MS = 1_000;
/** Of the inbox of a search whose process is gone, in leases. */
const KEPT_LEASES = 20;

/** What a worker says to searches, and what they answer. */
export class Mail {
  /** Who this worker is, to people. */
  readonly worker: string;
  readonly #redis: Redis;
  readonly #waiting: Map<string, (decision: Decision) => void> = new Map();

  constructor(redis: Redis, worker: string) {
    this.#redis = redis;
    this.worker = worker;
  }

  /** Gets a message through, however long Redis does not take it. @throws the signal's reason. */
  async send(search: KnownSearch, message: InboxMessage, signal: AbortSignal): Promise<void> {
    const key = partKey(search.id, 'inbox');
    const text = JSON.stringify(message);
    for (;;) {
      signal.throwIfAborted();
      try {
        await abortable(this.#redis.rpush(key, text), signal);
        this.#redis.pexpire(key, KEPT_LEASES * search.description.lease).catch(() => {});
        return;
      } catch {
        // It has no memory, or is just starting.
        signal.throwIfAborted();
        await sleep(AGAIN_MS, undefined, { signal }).catch(() => {});
      }
    }
  }

  /** Tells of a report until it is answered: either may be lost with Redis. @throws the signal's reason. */
  async ask(search: KnownSearch, message: WorkerMessage & { type: 'report' }, signal: AbortSignal): Promise<Decision> {
    const key = `${message.attempt} ${message.place}`;
    let answer: Decision | undefined;
    const answered = new AbortController();
    this.#waiting.set(key, (decision) => {
      answer = decision;
      answered.abort();
    });
    try {
      const either = AbortSignal.any([signal, answered.signal]);
      while (answer === undefined) {
        await this.send(search, message, signal);
        await sleep(search.description.heartbeat, undefined, { signal: either }).catch(() => {});
        signal.throwIfAborted();
      }
      return answer;
    } finally {
      this.#waiting.delete(key);
    }
  }

  hear({ attempt, place, decision }: ControlMessage & { readonly type: 'answer' }): void {
    this.#waiting.get(`${attempt} ${place}`)?.(decision);
  }

  /** Tells other workers that a trial is to be had. */
  async news(search: KnownSearch): Promise<void> {
    await this.#redis.publish(NEWS, search.id);
  }
}

/** A promise that need not be waited for once the signal aborts. */
async function abortable<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  let abort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    abort = () => reject(signal.reason);
    signal.addEventListener('abort', abort, { once: true });
  });
  try {
    return await Promise.race([promise, aborted]);
  } finally {
    if (abort !== undefined) signal.removeEventListener('abort', abort);
  }
}
