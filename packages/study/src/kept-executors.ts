import type { Executor } from './executor.ts';

/** Makes its executors, and is told apart from others. */
export interface Owner {
  readonly make: () => Executor;
}

interface Kept {
  readonly owner: Owner;
  readonly executor: Executor;
}

/**
 * Executors of several owners, kept for their next trial: each took time to start, and takes memory while it waits. There are
 * never more than `most`; for one more, the one that has waited longest is closed first.
 */
export class KeptExecutors {
  readonly #most: number;
  /** The one that has waited longest first. */
  readonly #idle: Kept[] = [];
  readonly #closing: Map<Promise<void>, Owner> = new Map();
  /** All that are made and not closed yet. */
  #count = 0;

  /** @param most at least as many as are ever taken at once. */
  constructor(most: number) {
    this.#most = most;
  }

  /** Whether one waits for this owner. */
  waitsFor(owner: Owner): boolean {
    return this.#idle.some((kept) => kept.owner === owner);
  }

  /** Whether one must be closed before another is made. */
  get isFull(): boolean {
    return this.#count >= this.#most;
  }

  /** One that waits for this owner, or a new one. @throws what making it throws. */
  async take(owner: Owner): Promise<Executor> {
    for (;;) {
      const index = this.#idle.findLastIndex((kept) => kept.owner === owner);
      const [kept] = index === -1 ? [] : this.#idle.splice(index, 1);
      if (kept !== undefined) return kept.executor;
      if (!this.isFull) return this.#make(owner);
      await this.#makeRoom();
    }
  }

  giveBack(owner: Owner, executor: Executor): void {
    this.#idle.push({ owner, executor });
  }

  /** Closes those of an owner, of which none is taken, and waits for those that are being closed. @throws what closing one throws. */
  async close(owner: Owner): Promise<void> {
    const own = this.#idle.filter((kept) => kept.owner === owner);
    for (const kept of own) this.#idle.splice(this.#idle.indexOf(kept), 1);
    for (const kept of own) void this.#close(kept);
    await Promise.all([...this.#closing].flatMap(([closing, each]) => (each === owner ? [closing] : [])));
  }

  #make(owner: Owner): Executor {
    const executor = owner.make();
    this.#count += 1;
    return executor;
  }

  async #makeRoom(): Promise<void> {
    const oldest = this.#idle.shift();
    // What goes wrong as one is closed is not the fault of the trial that waits for its place.
    if (oldest !== undefined) await this.#close(oldest).catch(() => {});
    else await Promise.race([...this.#closing.keys()].map((closing) => closing.catch(() => {})));
  }

  #close({ owner, executor }: Kept): Promise<void> {
    const closing = executor.close().finally(() => {
      this.#count -= 1;
      this.#closing.delete(closing);
    });
    this.#closing.set(closing, owner);
    return closing;
  }
}
