/** In this many looks at a silent worker it counts as hung. */
const LOOKS = 20;

/**
 * How long a worker may be silent before it counts as hung: a given time at least, and more where a trial that came to its end
 * was silent for long, since then others may be too.
 *
 * Silence is measured in looks at regular intervals, not by a clock: while this process is stopped (Ctrl-Z, a laptop that
 * sleeps) nobody looks, and its workers, which were stopped with it, are not taken for hung when it goes on.
 */
export class Silence {
  readonly #lookMs: number;
  /** Looks during which a worker was silent that was not hung. */
  #longest = 1;

  /** @param leastMs that a worker may be silent in any case. */
  constructor(leastMs: number) {
    this.#lookMs = leastMs / LOOKS;
  }

  /** Begins to look. @param hung called once, with the seconds of silence. */
  watch(hung: (seconds: number) => void): SilenceWatch {
    let looks = 0;
    let longest = 0;
    const timer = setInterval(() => {
      looks += 1;
      longest = Math.max(longest, looks);
      if (looks < LOOKS * this.#longest) return;
      clearInterval(timer);
      hung((looks * this.#lookMs) / 1000);
    }, this.#lookMs);
    return {
      heard: () => {
        looks = 0;
      },
      end: (wasSound) => {
        clearInterval(timer);
        if (wasSound) this.#longest = Math.max(this.#longest, longest);
      },
    };
  }
}

/** Looks at one worker. */
export interface SilenceWatch {
  /** The worker gave a sign of life. */
  heard(): void;
  /** @param wasSound whether it came to its end: its silences are then known to be none of a hung one. */
  end(wasSound: boolean): void;
}
