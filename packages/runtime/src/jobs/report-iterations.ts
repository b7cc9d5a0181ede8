import type { Report } from '@auto-seg-loss/study';

/** Reports the share of iterations done, without waiting for the answer. */
export interface IterationReporter {
  /** @param loss of the last of them, where it is to be told of: all that were not yet are, with the next report. */
  done(iterations: number, loss?: number): void;
  /** Aborts when a report is refused. */
  readonly signal: AbortSignal;
  /** Aborts when a report is answered with 'stop'. */
  readonly pause: AbortSignal;
}

/** Makes a training's iterations known through a trial's reports: of those that come at once, the last. */
export function reportIterations(report: Report, total: number): IterationReporter {
  const refused = new AbortController();
  const pause = new AbortController();
  let latest: number | undefined;
  let losses: { readonly first: number; readonly values: number[] } | undefined;
  const send = (): void => {
    const iterations = latest ?? 0;
    latest = undefined;
    const told = losses;
    losses = undefined;
    report(iterations, Math.min(1, iterations / total), told).then(
      (decision) => decision === 'stop' && pause.abort(),
      (reason: unknown) => refused.abort(reason),
    );
  };
  return {
    done: (iterations, loss) => {
      if (loss !== undefined) {
        losses ??= { first: iterations - 1, values: [] };
        losses.values.push(loss);
      }
      if (latest === undefined) queueMicrotask(send);
      latest = iterations;
    },
    signal: refused.signal,
    pause: pause.signal,
  };
}
