/** Turns of the event loop after which nothing happens any more unless time passes. */
const TURNS = 6;

/** Time that passes only where all wait for it. */
export class VirtualClock {
  now = 0;
  readonly #sleepers: { readonly at: number; readonly wake: () => void }[] = [];

  sleep(time: number): Promise<void> {
    return new Promise((wake) => this.#sleepers.push({ at: this.now + time, wake }));
  }

  /** Lets time pass until `work` is done. @param look called whenever all wait. */
  async until<T>(work: Promise<T>, look: () => void = () => {}): Promise<T> {
    let isDone = false;
    const done = (): void => {
      isDone = true;
    };
    work.then(done, done);
    for (;;) {
      for (let turn = 0; turn < TURNS; turn++) await new Promise((resolve) => setImmediate(resolve));
      if (isDone) return work;
      look();
      const next = this.#sleepers.toSorted((a, b) => a.at - b.at)[0];
      if (next === undefined) throw new Error('all wait, and nothing will happen');
      this.#sleepers.splice(this.#sleepers.indexOf(next), 1);
      this.now = next.at;
      next.wake();
    }
  }
}
