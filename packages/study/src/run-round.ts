import { setMaxListeners } from 'node:events';
import type { TrialReport } from '@auto-seg-loss/kernel';
import type { TrialContent } from './begin-round.ts';
import type { Executor } from './executor.ts';
import { worthsOf } from './pareto/judged.ts';
import type { Progress } from './progress.ts';
import { type PruningOptions, passesMedian, survivors } from './pruning.ts';
import type { StudyEvent } from './study-events.ts';
import { type FinishedTrial, isFinished, type Outcome, type Paused, type Scores, type TrialRecord } from './trial.ts';
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
  /** Without it, every trial is trained to its end. */
  readonly pruning: PruningOptions | null;
}

/**
 * Runs what is missing of a round, or of several whose trials do not depend on each other, as many trials at a time as the
 * executor takes, begun in order; each outcome is stored as it comes. Copies take the outcome of the trial that they equal.
 *
 * @returns whether all trials of the round are finished; false after `signal` aborted.
 */
export async function runRound(options: RoundOptions): Promise<boolean> {
  const { trials, store, pruning } = options;
  const missing = trials.filter((trial) => !isFinished(trial));
  const own = missing.filter(({ copyOf }) => copyOf === null);
  // Who goes on follows from all trials of the round, those too that an earlier process finished.
  if (pruning?.rule === 'halving')
    await halve(
      trials.filter(({ copyOf }) => copyOf === null),
      pruning,
      options,
    );
  else await eachInLanes(own, options, (trial, stop) => runToEnd(trial, options, stop));

  const byNumber = new Map(store.trials().map((trial) => [trial.number, trial]));
  for (const trial of missing) {
    const original = trial.copyOf === null ? undefined : byNumber.get(trial.copyOf);
    if (original !== undefined && isFinished(original)) finish(trial, original.outcome, null, options);
  }
  const ended = new Map(store.trials().map((trial) => [trial.number, trial]));
  return trials.every(({ number }) => ended.get(number)?.outcome !== null);
}

/** Does something with each trial, as many at a time as the executor takes, until the signal aborts. */
async function eachInLanes(
  trials: readonly TrialRecord[],
  { executor, signal }: RoundOptions,
  act: (trial: TrialRecord, stop: AbortSignal) => Promise<void>,
): Promise<void> {
  const queue = trials.values();
  const failure = new AbortController();
  const stop = AbortSignal.any([signal, failure.signal]);
  // Each lane listens to it as it waits for its turn, then as it runs: Node would take more than ten for a leak.
  setMaxListeners(0, stop);
  const lane = async (): Promise<void> => {
    for (const trial of queue) {
      if (stop.aborted) return;
      await act(trial, stop);
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
}

/** Successive halving: at each rung all trials of the round wait for each other. */
async function halve(own: readonly TrialRecord[], pruning: PruningOptions, options: RoundOptions): Promise<void> {
  let running = own;
  let from = 0;
  for (const rung of [...pruning.rungs, 1]) {
    const reached = scoresAt(rung, options);
    const coming = running.filter((trial) => !reached.has(trial.number) && !isFinished(trial));
    await eachInLanes(coming, options, (trial, stop) => runUntil(trial, from, rung, options, stop).then(() => {}));
    if (options.signal.aborted) return;
    if (rung < 1) running = judged(running, rung, pruning, options);
    from = rung;
  }
}

/** Ends the trials that do not go on. @returns those that do. */
function judged(
  running: readonly TrialRecord[],
  rung: number,
  { keep }: PruningOptions,
  options: RoundOptions,
): readonly TrialRecord[] {
  const reached = scoresAt(rung, options);
  // Those that failed on the way have their outcome.
  const contestants = running.flatMap(({ number, index, whole }) => {
    const scores = reached.get(number);
    return scores === undefined ? [] : [{ index, scores, whole }];
  });
  const going = survivors(contestants, keep);
  const pruned = running.filter(({ index, number }) => reached.has(number) && !going.has(index));
  for (const trial of pruned) if (!isFinished(trial)) prune(trial, rung, reached.get(trial.number) as Scores, options);
  return running.filter(({ index }) => going.has(index));
}

/** Runs a trial from rung to rung, under the median rule if there is one. */
async function runToEnd(trial: TrialRecord, options: RoundOptions, stop: AbortSignal): Promise<void> {
  const { pruning } = options;
  // A descent changes its loss on the way: its rewards cannot be compared.
  const rungs = pruning === null || trial.whole || trial.descent !== null ? [] : pruning.rungs;
  let from = 0;
  for (const rung of rungs) {
    const scores = scoresAt(rung, options).get(trial.number) ?? (await runUntil(trial, from, rung, options, stop));
    if (scores === undefined) return;
    const [own = 0, ...earlier] = worthsOf([scores, ...earlierScores(rung, trial.round, options)]);
    if (!passesMedian(own, earlier)) {
      prune(trial, rung, scores, options);
      return;
    }
    from = rung;
  }
  await runUntil(trial, from, 1, options, stop);
}

/** What trials were worth at a rung, by number. */
function scoresAt(share: number, { store }: RoundOptions): ReadonlyMap<number, Scores> {
  return new Map(store.rungs(share).map(({ number, scores }) => [number, scores]));
}

function earlierScores(share: number, round: number, { store }: RoundOptions): readonly Scores[] {
  const earlier = new Set(store.trials().flatMap((trial) => (trial.round < round ? [trial.number] : [])));
  return store.rungs(share).flatMap(({ number, scores }) => (earlier.has(number) ? [scores] : []));
}

/**
 * Runs a part of a trial, and stores what it came to.
 * @returns its scores at the rung; undefined if it has come to its end, good or bad.
 */
async function runUntil(
  trial: TrialRecord,
  from: number,
  until: number,
  options: RoundOptions,
  stop: AbortSignal,
): Promise<Scores | undefined> {
  const { emit, now, store } = options;
  const { number, round, index, key, theta, descent } = trial;
  const proposal = { theta, ...(descent === null ? {} : { descent }) };
  const content = options.content(proposal, round);
  let begun = now();
  const begin = (): void => {
    begun = now();
    if (from === 0) emit({ type: 'trial-started', number, round, index });
  };
  if (options.executor.queues !== true) begin();
  const outcome: Outcome | Paused = await options.executor.run(
    { number, round, index, key, theta, descent, content, from, until },
    {
      report: (step, reward) => {
        emit({ type: 'trial-reported', number, step, reward });
        return options.report({ trial: index, step, reward });
      },
      retry: (reason) => emit({ type: 'trial-retried', number, reason }),
      begin,
    },
    stop,
  );
  const ms = now() - begun;
  if (outcome.status !== 'paused') {
    finish(trial, outcome, ms, options);
    return undefined;
  }
  const { status: _, ...scores } = outcome;
  store.reachRung(number, until, scores, ms);
  options.progress.spend(ms);
  emit({ type: 'rung-reached', number, share: until, reward: scores.reward });
  return scores;
}

function prune(trial: TrialRecord, share: number, scores: Scores, options: RoundOptions): void {
  // Its time was stored with its rungs.
  finish(trial, { status: 'pruned', ...scores, share }, 0, options);
}

function finish(trial: TrialRecord, outcome: Outcome, ms: number | null, options: RoundOptions): void {
  const { store, progress, emit } = options;
  store.finish(trial.number, outcome, ms);
  options.executor.forget?.(trial.key);
  const finished: FinishedTrial = { ...trial, outcome, ms };
  progress.add(finished);
  const { best, front, secondsLeft } = progress;
  emit({ type: 'trial-finished', trial: finished, best, front, finished: progress.finished, secondsLeft });
}
