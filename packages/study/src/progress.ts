import type { Executor } from './executor.ts';
import { bestTrial, type FinishedTrial } from './trial.ts';

/** Where a search stands: how many trials are finished, which is the best, and how long the rest will take. */
export class Progress {
  #total: number;
  readonly #executor: Pick<Executor, 'concurrency' | 'slots'>;
  #finished: number;
  #best: FinishedTrial | null;
  #ran = 0;
  #ranMs = 0;

  readonly #rounds: number;

  /** @param rounds of the searcher; trials of later rounds are repeats, which are never the best so far. */
  constructor(
    total: number,
    executor: Pick<Executor, 'concurrency' | 'slots'>,
    stored: readonly FinishedTrial[],
    rounds: number,
  ) {
    this.#total = total;
    this.#executor = executor;
    this.#finished = stored.length;
    this.#rounds = rounds;
    this.#best = bestTrial(stored.filter(({ round }) => round < rounds));
  }

  add(trial: FinishedTrial): void {
    this.#finished += 1;
    if (trial.round < this.#rounds) this.#best = bestTrial(this.#best === null ? [trial] : [this.#best, trial]);
    if (trial.ms === null) return;
    this.#ran += 1;
    this.#ranMs += trial.ms;
  }

  /** As soon as it is known how many there will be. */
  expect(total: number): void {
    this.#total = total;
  }

  /** Counts time of a trial that is not finished yet. */
  spend(ms: number): void {
    this.#ranMs += ms;
  }

  get finished(): number {
    return this.#finished;
  }

  get best(): FinishedTrial | null {
    return this.#best;
  }

  /** At the mean pace of the trials run so far; null before there is one. */
  get secondsLeft(): number | null {
    if (this.#ran === 0) return null;
    const left = Math.max(0, this.#total - this.#finished);
    const { concurrency, slots = concurrency } = this.#executor;
    return ((this.#ranMs / this.#ran) * left) / Math.max(1, Math.min(slots, left)) / 1000;
  }
}
