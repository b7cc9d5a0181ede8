/** Each tenth is worth a line, but not several lines in a moment. */
const LEAST_S = 5;
/** Without a further tenth there is a line after so long, and after a tenth of the time that went by: long runs say less. */
const SILENCE_S = 30;

/** When something that takes long is worth a line, where nobody watches a bar. */
export class LinePace {
  readonly #now: () => number;
  readonly #begun: number;
  #lastAt: number;
  #lastShare: number;

  /** @param share what was done before. @param now seconds of a clock that never jumps. */
  constructor(share = 0, now: () => number = () => performance.now() / 1000) {
    this.#now = now;
    this.#begun = now();
    this.#lastAt = this.#begun;
    this.#lastShare = share;
  }

  /** Whether a line is due at a share done, in [0, 1]; then one was written. */
  isDue(share: number): boolean {
    const now = this.#now();
    const silent = now - this.#lastAt;
    const isFurther = tenths(share) > tenths(this.#lastShare) && silent >= LEAST_S;
    if (!isFurther && silent < Math.max(SILENCE_S, (now - this.#begun) / 10)) return false;
    this.#lastAt = now;
    this.#lastShare = share;
    return true;
  }
}

/** Sums of shares may be off by a rounding. */
function tenths(share: number): number {
  return Math.floor(10 * share + 1e-9);
}
