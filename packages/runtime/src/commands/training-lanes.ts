import { rm } from 'node:fs/promises';
import type { RunConfig } from '@auto-seg-loss/config';
import type { Json } from '@auto-seg-loss/kernel';
import type { Executor, Outcome, TrialHooks } from '@auto-seg-loss/study';
import type { ExampleSettings } from '../jobs/example-predictions.ts';
import { isNotFinite } from '../jobs/not-finite.ts';
import { jobTask } from '../jobs/run-job.ts';
import type { TrainingScores, TrainingTask } from '../jobs/training-runner.ts';
import { pausedFiles } from '../run-folder/layout.ts';
import type { KeptTrainings } from './kept-trainings.ts';
import { namedCoverage } from './named-coverage.ts';
import type { TrainedNetwork, TrainingEvent, TrainingRequest } from './training-jobs.ts';
import type { TrainingIdentity } from './training-key.ts';

/** A network to be trained, by its place among all. */
export interface QueuedTraining {
  readonly request: TrainingRequest;
  readonly index: number;
  readonly identity: TrainingIdentity;
  readonly key: string;
}

export interface LaneOptions {
  readonly config: RunConfig;
  readonly classes: readonly string[];
  readonly cwd: string;
  readonly onEvent: (event: TrainingEvent) => void;
  readonly signal?: AbortSignal;
  readonly kept: KeptTrainings | null;
  readonly examples?: number;
}

const NO_EXAMPLES: ExampleSettings = { count: 0, longest: 1 };
/** Pixels of the longest side of an image that whoever watches is shown. */
const LONGEST_SHOWN = 384;

/** How long a training may take to leave its state when it is asked to; then its last checkpoint has to do. */
const PAUSE_MS = 60_000;

/**
 * Runs trainings, as many at a time as the executor takes. When `signal` aborts, those that are kept leave their state first.
 * @returns the networks by their place. @throws the first error of a training; the signal's reason.
 */
export async function runLanes(
  executor: Executor,
  queued: readonly QueuedTraining[],
  options: LaneOptions,
): Promise<ReadonlyMap<number, TrainedNetwork>> {
  const { signal = new AbortController().signal } = options;
  const failure = new AbortController();
  const networks = new Map<number, TrainedNetwork>();
  const queue = queued.values();
  const lane = async (): Promise<void> => {
    for (const training of queue) {
      if (signal.aborted) return;
      const network = await train(executor, training, { ...options, signal }, failure.signal);
      if (network !== undefined) networks.set(training.index, network);
    }
  };
  const lanes = Array.from({ length: executor.concurrency }, () =>
    lane().catch((error: unknown) => {
      if (!(signal.aborted && error === signal.reason)) failure.abort(error);
    }),
  );
  await Promise.all(lanes);
  failure.signal.throwIfAborted();
  signal.throwIfAborted();
  return networks;
}

/** @returns undefined for a training that paused. */
async function train(
  executor: Executor,
  { request, index, identity, key }: QueuedTraining,
  { config, classes, cwd, onEvent, signal, kept, examples = 0 }: LaneOptions & { readonly signal: AbortSignal },
  failed: AbortSignal,
): Promise<TrainedNetwork | undefined> {
  const { iterations, learningRate } = config.training;
  const { loss, seed } = request;
  const made = { loss, seed, learningRate: request.learningRate ?? learningRate };
  onEvent({ type: 'training-started', index, key, ...made });
  const started = performance.now();
  const ended = endOf(signal, kept !== null);
  const report: TrialHooks['report'] = (step, _reward, losses) => {
    ended.heard();
    const done = Math.min(step, iterations);
    onEvent({ type: 'training-progress', index, done, iterations, scored: step - done, losses });
    return signal.aborted ? 'stop' : 'continue';
  };
  const isShown = request.scoredOn === 'val';
  const pictures = {
    examples: isShown ? { count: examples, longest: LONGEST_SHOWN } : NO_EXAMPLES,
    kept: (isShown ? kept?.pictures(identity) : undefined) ?? NO_EXAMPLES,
  };
  const weights = kept?.weights(identity) ?? null;
  const task = jobTask(index, key, { ...request, cwd, weights, ...pictures } satisfies TrainingTask as unknown as Json);
  const stop = AbortSignal.any([failed, ended.signal]);
  try {
    const begun = (worker: string): void => onEvent({ type: 'training-begun', index, worker });
    const outcome = await executor.run(task, { report, retry: () => {}, begun }, stop);
    if (outcome.status === 'paused') {
      const { iteration } = outcome.metrics as { readonly iteration: number };
      onEvent({ type: 'training-paused', index, done: iteration, iterations });
      return undefined;
    }
    const network = networkOf({ ...made, ms: performance.now() - started }, outcome, classes);
    // Before it is kept: a call that goes on does not score again what is kept.
    if (network.status === 'complete') {
      const { examples: shown, kept: pictured } = examplesOf(outcome);
      onEvent({ type: 'training-scored', index, network, examples: shown });
      await kept?.keep(identity, network, pictured);
    }
    if (kept !== null) await removeState(kept, key);
    onEvent({ type: 'training-finished', index, network });
    return network;
  } finally {
    ended.release();
  }
}

/**
 * When a training is ended by force: at once where it is not kept, or has nothing to keep yet; else some time after it was asked
 * to end.
 */
function endOf(asked: AbortSignal, isKept: boolean): { readonly signal: AbortSignal; heard(): void; release(): void } {
  const force = new AbortController();
  let isUnderWay = false;
  let timer: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    if (isKept && isUnderWay) timer = setTimeout(() => force.abort(asked.reason), PAUSE_MS);
    else force.abort(asked.reason);
  };
  asked.addEventListener('abort', onAbort, { once: true });
  return {
    signal: force.signal,
    heard: () => {
      isUnderWay = true;
    },
    release: () => {
      clearTimeout(timer);
      asked.removeEventListener('abort', onAbort);
    },
  };
}

/** Of a training whose result is kept. */
async function removeState({ paused }: KeptTrainings, key: string): Promise<void> {
  for (const path of pausedFiles(paused, key)) await rm(path, { force: true });
}

function examplesOf(outcome: Outcome): Pick<TrainingScores, 'examples' | 'kept'> {
  return outcome.status === 'failed' ? { examples: [], kept: [] } : (outcome.metrics as unknown as TrainingScores);
}

function networkOf(
  made: Pick<TrainedNetwork, 'loss' | 'seed' | 'learningRate' | 'ms'>,
  outcome: Outcome,
  classes: readonly string[],
): TrainedNetwork {
  if (outcome.status === 'failed') {
    const { error } = outcome;
    return { ...made, status: 'failed', error, notFinite: isNotFinite(error) };
  }
  const { coverage, lostClasses, examples: _, kept: _kept, ...scores } = outcome.metrics as unknown as TrainingScores;
  return {
    ...made,
    status: 'complete',
    ...scores,
    coverage: namedCoverage(coverage, classes),
    lostClasses: lostClasses.map((c) => classes[c] ?? ''),
  };
}
