import type { Report } from '@auto-seg-loss/study';

/** Reports the share of iterations done, without waiting for the answer. `signal` aborts when a report is refused. */
export interface IterationReporter {
  done(iterations: number): void;
  readonly signal: AbortSignal;
}

/** Makes a training's iterations known through a trial's reports. */
export function reportIterations(report: Report, total: number): IterationReporter {
  const refused = new AbortController();
  return {
    done: (iterations) => {
      report(iterations, Math.min(1, iterations / total)).catch((reason: unknown) => refused.abort(reason));
    },
    signal: refused.signal,
  };
}
