import type { Declined } from './messages.ts';

/** A search may meet very many workers: of more than these nobody reads the names. */
const MOST_NAMED = 5;

/** Why workers that came do not work for a search. Each reason is told once, with all who have given it by then. */
export class Refusals {
  readonly #search: string;
  readonly #untold: Map<string, Set<string>> = new Map();
  readonly #told: Set<string> = new Set();

  /** @param search what the search is called, which it need not be told. */
  constructor(search: string) {
    this.#search = search;
  }

  /** Whether there were any. */
  get any(): boolean {
    return this.#told.size + this.#untold.size > 0;
  }

  hear({ worker, error }: Declined): void {
    const { where, received } = error.details;
    const place = where === this.#search ? undefined : where;
    const text = [`${error.code}: ${error.message}`, place, received].filter((each) => each !== undefined).join('; ');
    if (this.#told.has(text)) return;
    this.#untold.set(text, (this.#untold.get(text) ?? new Set()).add(worker));
  }

  /** A line for each reason that was not told yet. */
  tell(): readonly string[] {
    const lines = [...this.#untold].map(([reason, workers]) => {
      const several = workers.size === 1 ? '1 worker refuses' : `${workers.size} workers refuse`;
      const names = [...workers].slice(0, MOST_NAMED).map((worker) => `(${worker})`);
      const more = workers.size > MOST_NAMED ? [`${workers.size - MOST_NAMED} more`] : [];
      return `${several} this search ${[...names, ...more].join(', ')}: ${reason}`;
    });
    for (const reason of this.#untold.keys()) this.#told.add(reason);
    this.#untold.clear();
    return lines;
  }
}
