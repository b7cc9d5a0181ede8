import type { Redis } from 'ioredis';
import { hangUp } from './connection.ts';
import { type InboxMessage, inboxMessageSchema, read } from './messages.ts';

/** Messages that are taken at a time, and how many seconds a wait for one lasts. */
const AT_A_TIME = 100;
const WAIT_SECONDS = 5;
const AGAIN_MS = 200;

/** The list into which workers put what they have to say. */
export class Inbox {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #hear: (message: InboxMessage) => void;
  #closed = false;

  /** @param redis of this inbox alone, since waiting blocks the connection. */
  constructor(redis: Redis, key: string, hear: (message: InboxMessage) => void) {
    this.#redis = redis;
    this.#key = key;
    this.#hear = hear;
  }

  start(): void {
    void this.#listen();
  }

  close(): void {
    this.#closed = true;
    hangUp(this.#redis);
  }

  async #listen(): Promise<void> {
    while (!this.#closed) {
      try {
        const first = await this.#redis.blpop(this.#key, WAIT_SECONDS);
        if (first === null) continue;
        const more = (await this.#redis.lpop(this.#key, AT_A_TIME)) ?? [];
        for (const text of [first[1], ...more]) this.#take(text);
      } catch {
        // The connection comes back by itself.
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
  }

  #take(text: string): void {
    const message = read(inboxMessageSchema, text);
    // What is none is not for us: nobody waits for it.
    if (message !== undefined) this.#hear(message);
  }
}
