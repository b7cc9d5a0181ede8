import type { TrialReport } from '@auto-seg-loss/kernel';
import type { TrialContent } from './begin-round.ts';
import type { Executor } from './executor.ts';
import type { Progress } from './progress.ts';
import type { StudyEvent } from './study-events.ts';
import { type FinishedTrial, isFinished, type Outcome, type TrialRecord } from './trial.ts';
import type { TrialStore } from './trial-store.ts';

/** What the trials of a round are run with. */
export interface RoundOptions {
  readonly trials: readonly TrialRecord[];
  readonly store: TrialStore;
  readonly executor: Executor;
  readonly content: TrialContent;
  readonly progress: Progress;
  readonly emit: (event: StudyEvent) => void;
  readonly signal: AbortSignal;
  readonly now: () => number;
  readonly report: (report: TrialReport) => 'continue' | 'stop';
}

/**
 * Runs what is missing of a round, as many trials at a time as the executor takes, begun in order; each outcome is stored
 * as it comes. Copies take the outcome of the trial that they equal.
 *
 * @returns whether all trials of the round are finished; false after `signal` aborted.
 */
export async function runRound(options: RoundOptions): Promise<boolean> {
  const { trials, store, executor, signal } = options;
  const missing = trials.filter((trial) => !isFinished(trial));
  const queue = missing.filter(({ copyOf }) => copyOf === null).values();
  const failure = new AbortController();
  const stop = AbortSignal.any([signal, failure.signal]);

  const lane = async (): Promise<void> => {
    for (const trial of queue) {
      if (stop.aborted) return;
      await runOne(trial, options, stop);
    }
  };
  const lanes = Array.from({ length: executor.concurrency }, () =>
    lane().catch((error: unknown) => {
      // The first error stops the other lanes. Giving up a trial, as asked by a signal, is none.
      if (!(stop.aborted && error === stop.reason)) failure.abort(error);
    }),
  );
  await Promise.all(lanes);
  if (failure.signal.aborted) throw failure.signal.reason;

  const byNumber = new Map(store.trials().map((trial) => [trial.number, trial]));
  for (const trial of missing) {
    const original = trial.copyOf === null ? undefined : byNumber.get(trial.copyOf);
    if (original !== undefined && isFinished(original)) finish(trial, original.outcome, null, options);
  }
  return store.round(trials[0]?.round ?? 0).every(isFinished);
}

async function runOne(trial: TrialRecord, options: RoundOptions, stop: AbortSignal): Promise<void> {
  const { emit, now } = options;
  const { number, round, index, key, theta } = trial;
  const task = { number, round, index, key, theta, content: options.content(theta, round) };
  emit({ type: 'trial-started', number, round, index });
  const begun = now();
  const outcome = await options.executor.run(
    task,
    {
      report: (step, reward) => {
        emit({ type: 'trial-reported', number, step, reward });
        return options.report({ trial: index, step, reward });
      },
      retry: (reason) => emit({ type: 'trial-retried', number, reason }),
    },
    stop,
  );
  finish(trial, outcome, now() - begun, options);
}

function finish(trial: TrialRecord, outcome: Outcome, ms: number | null, options: RoundOptions): void {
  const { store, progress, emit } = options;
  store.finish(trial.number, outcome, ms);
  const finished: FinishedTrial = { ...trial, outcome, ms };
  progress.add(finished);
  const { best, secondsLeft } = progress;
  emit({ type: 'trial-finished', trial: finished, best, finished: progress.finished, secondsLeft });
}
