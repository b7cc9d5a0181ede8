import type { Executor } from './executor.ts';
import { trialFront } from './pareto/front.ts';
import { bestTrial, type FinishedTrial } from './trial.ts';

/** Where a search stands: how many trials are finished, which is the best, and how long the rest will take. */
export class Progress {
  #total: number;
  readonly #executor: Pick<Executor, 'concurrency' | 'slots'>;
  #finished: number;
  #best: FinishedTrial | null;
  #front: readonly FinishedTrial[];
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
    const searched = stored.filter(({ round }) => round < rounds);
    this.#best = bestTrial(searched);
    this.#front = trialFront(searched)?.points ?? [];
  }

  add(trial: FinishedTrial): void {
    this.#finished += 1;
    if (trial.round < this.#rounds) {
      this.#best = bestTrial(this.#best === null ? [trial] : [this.#best, trial]);
      const all = [...this.#front, trial].toSorted((a, b) => a.number - b.number);
      this.#front = trialFront(all)?.points ?? [];
    }
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

  /** Of a search for several metrics, along it; empty of another. */
  get front(): readonly FinishedTrial[] {
    return this.#front;
  }

  /** At the mean pace of the trials run so far; null before there is one. */
  get secondsLeft(): number | null {
    if (this.#ran === 0) return null;
    const left = Math.max(0, this.#total - this.#finished);
    const { concurrency, slots = concurrency } = this.#executor;
    return ((this.#ranMs / this.#ran) * left) / Math.max(1, Math.min(slots, left)) / 1000;
  }
}
