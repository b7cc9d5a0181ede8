/** Thrown when a command ended because it was asked to, after it had put everything in order. */
export class Stopped extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super('stopped');
    this.exitCode = exitCode;
  }
}

const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;
type Signal = keyof typeof EXIT_CODES;

/** What a long command watches to end early. */
export interface StopSignal {
  /** Aborted by the first signal. */
  readonly signal: AbortSignal;
  /** The exit code that the first signal asks for; undefined before it. */
  exitCode(): number | undefined;
  /** Gives the signals back to Node, unless the process is ending of one: a second one ends it with the same exit code then too. */
  release(): void;
}

/** One press of Ctrl-C may come twice: the terminal sends it to all processes, and npx passes on its own. */
const SAME_PRESS_MS = 300;

/**
 * Catches Ctrl-C (SIGINT) and SIGTERM: the first one asks the command to stop cleanly, the second ends the process at once.
 * @param announce called at the first signal.
 * @param quit called at the second, before the process ends.
 */
export function catchStopSignals(announce: () => void, quit: () => void): StopSignal {
  const controller = new AbortController();
  let exitCode: number | undefined;
  let stoppedAt = 0;
  const handle = (signal: Signal): void => {
    if (exitCode !== undefined) {
      if (performance.now() - stoppedAt < SAME_PRESS_MS) return;
      quit();
      process.exit(EXIT_CODES[signal]);
    }
    exitCode = EXIT_CODES[signal];
    stoppedAt = performance.now();
    announce();
    controller.abort();
  };
  const signals = Object.keys(EXIT_CODES) as Signal[];
  for (const signal of signals) process.on(signal, handle);
  return {
    signal: controller.signal,
    exitCode: () => exitCode,
    release: () => {
      if (exitCode !== undefined) return;
      for (const signal of signals) process.off(signal, handle);
    },
  };
}
