import { bestTrial, type FinishedTrial } from './trial.ts';

/** Where a search stands: how many trials are finished, which is the best, and how long the rest will take. */
export class Progress {
  readonly #total: number;
  readonly #concurrency: number;
  #finished: number;
  #best: FinishedTrial | null;
  #ran = 0;
  #ranMs = 0;

  constructor(total: number, concurrency: number, stored: readonly FinishedTrial[]) {
    this.#total = total;
    this.#concurrency = concurrency;
    this.#finished = stored.length;
    this.#best = bestTrial(stored);
  }

  add(trial: FinishedTrial): void {
    this.#finished += 1;
    this.#best = bestTrial(this.#best === null ? [trial] : [this.#best, trial]);
    if (trial.ms === null) return;
    this.#ran += 1;
    this.#ranMs += trial.ms;
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
    return ((this.#ranMs / this.#ran) * left) / Math.max(1, Math.min(this.#concurrency, left)) / 1000;
  }
}
