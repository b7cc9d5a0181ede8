import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionWatch } from './connection.ts';

/** Between two tries. */
const AGAIN_MS = 1_000;

/** Says what is wrong with Redis once, and once that it is not any more. Nothing is lost meanwhile. */
export class Trouble implements ConnectionWatch {
  readonly #shown: string;
  readonly #notify: (message: string) => void;
  #isFull = false;

  constructor(shown: string, notify: (message: string) => void) {
    this.#shown = shown;
    this.#notify = notify;
  }

  lost(reason: string): void {
    this.#notify(`The connection to Redis at ${this.#shown} is lost (${reason}); it is tried again until it is back.`);
  }

  back(): void {
    this.#notify(`The connection to Redis at ${this.#shown} is back.`);
  }

  /** Does something, and says where Redis has no memory for it. @throws what it throws. */
  async watch<T>(act: () => Promise<T>): Promise<T> {
    try {
      const result = await act();
      if (this.#isFull) this.#notify(`Redis at ${this.#shown} has memory again.`);
      this.#isFull = false;
      return result;
    } catch (error) {
      if (isFull(error)) {
        if (!this.#isFull)
          this.#notify(
            `Redis at ${this.#shown} has no memory for more (maxmemory); it is tried again until there is some, and nothing is lost.`,
          );
        this.#isFull = true;
      }
      throw error;
    }
  }

  /** Does something until it succeeds. @throws what is no trouble of Redis; the signal's reason. */
  async retry(act: () => Promise<void>, signal: AbortSignal): Promise<void> {
    for (;;) {
      try {
        await this.watch(act);
        return;
      } catch (error) {
        if (!isFull(error)) throw error;
        await sleep(AGAIN_MS, undefined, { signal });
      }
    }
  }
}

/** Whether Redis has reached its `maxmemory`. */
function isFull(error: unknown): boolean {
  return error instanceof Error && /\bOOM\b/.test(error.message);
}
