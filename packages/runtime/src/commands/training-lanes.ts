import { rm } from 'node:fs/promises';
import type { RunConfig } from '@auto-seg-loss/config';
import type { Json } from '@auto-seg-loss/kernel';
import type { Executor, Outcome, TrialHooks } from '@auto-seg-loss/study';
import type { UsedDecoder } from '../decoding/used-decoder.ts';
import type { ExampleSettings } from '../jobs/example-predictions.ts';
import { isNotFinite } from '../jobs/not-finite.ts';
import { jobTask } from '../jobs/run-job.ts';
import type { DecodedResult, TrainingScores, TrainingTask } from '../jobs/training-runner.ts';
import { pausedFiles } from '../run-folder/layout.ts';
import type { KeptSource, KeptTrainings } from './kept-trainings.ts';
import { namedCoverage } from './named-coverage.ts';
import type { TrainedNetwork, TrainingEvent, TrainingRequest } from './training-jobs.ts';
import type { TrainingIdentity } from './training-key.ts';

/** A network to be trained, or one that is kept and to be scored otherwise, by its place among all. */
export interface QueuedTraining {
  readonly request: TrainingRequest;
  readonly index: number;
  /** Those that it is scored with, and what the results are known by; at least one. */
  readonly decoders: readonly { readonly decoder: UsedDecoder; readonly identity: TrainingIdentity }[];
  /** What the training is known by. */
  readonly key: string;
  /** Where it was trained before, and is kept. */
  readonly source: KeptSource | undefined;
  /** Whether it was trained before, and is not kept. */
  readonly again: boolean;
}

/** Names a result among those of one call. @param index of its request. */
export function placeOf(index: number, { name }: UsedDecoder): string {
  return JSON.stringify([index, name]);
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
 * @returns the networks by their place, as `placeOf` names it. @throws the first error of a training; the signal's reason.
 */
export async function runLanes(
  executor: Executor,
  queued: readonly QueuedTraining[],
  options: LaneOptions,
): Promise<ReadonlyMap<string, TrainedNetwork>> {
  const { signal = new AbortController().signal } = options;
  const failure = new AbortController();
  const networks = new Map<string, TrainedNetwork>();
  const queue = queued.values();
  const lane = async (): Promise<void> => {
    for (const training of queue) {
      if (signal.aborted) return;
      const made = await train(executor, training, { ...options, signal }, failure.signal);
      for (const [place, { decoder }] of training.decoders.entries()) {
        const network = made?.[place];
        if (network !== undefined) networks.set(placeOf(training.index, decoder), network);
      }
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

/** @returns the network under each of its decoders; undefined for a training that paused. */
async function train(
  executor: Executor,
  { request, index, decoders, key, source }: QueuedTraining,
  { config, classes, cwd, onEvent, signal, kept, examples = 0 }: LaneOptions & { readonly signal: AbortSignal },
  failed: AbortSignal,
): Promise<readonly TrainedNetwork[] | undefined> {
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
  const [first] = decoders;
  if (first === undefined) throw new TypeError('a network is scored with a decoder at least');
  const content: TrainingTask = {
    ...request,
    cwd,
    decode: decoders.map(({ decoder }) => decoder.use),
    trained: source?.path ?? null,
    weights: source === undefined ? (kept?.weights(first.identity) ?? null) : null,
    examples: isShown ? { count: examples, longest: LONGEST_SHOWN } : NO_EXAMPLES,
    kept: (isShown ? kept?.pictures(first.identity) : undefined) ?? NO_EXAMPLES,
  };
  const task = jobTask(index, key, content as unknown as Json);
  const stop = AbortSignal.any([failed, ended.signal]);
  try {
    const begun = (worker: string): void => onEvent({ type: 'training-begun', index, worker });
    const outcome = await executor.run(task, { report, retry: () => {}, begun }, stop);
    if (outcome.status === 'paused') {
      const { iteration } = outcome.metrics as { readonly iteration: number };
      onEvent({ type: 'training-paused', index, done: iteration, iterations });
      return undefined;
    }
    const ms = source?.network.ms ?? performance.now() - started;
    const results = outcome.status === 'failed' ? [] : (outcome.metrics as unknown as TrainingScores).decoded;
    const networks = decoders.map(({ decoder: { name } }, place) => {
      const named = { ...made, ...(name === null ? {} : { decoder: name }), ms };
      return networkOf(named, outcome, results[place], source?.network, classes);
    });
    const [network, ...others] = networks as [TrainedNetwork, ...TrainedNetwork[]];
    const scored = { index, network, ...(others.length === 0 ? {} : { others }) };
    // Before it is kept: a call that goes on does not score again what is kept.
    if (network.status === 'complete') {
      onEvent({ type: 'training-scored', ...scored, examples: results[0]?.examples ?? [] });
      for (const [place, { identity }] of decoders.entries())
        await kept?.keep(identity, networks[place] as TrainedNetwork, results[place]?.kept ?? []);
    }
    if (kept !== null) await removeState(kept, key);
    onEvent({ type: 'training-finished', ...scored });
    return networks;
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

/** @param result under a decoder; undefined where the training failed. @param before the same network, where it was not trained now. */
function networkOf(
  made: Pick<TrainedNetwork, 'loss' | 'seed' | 'learningRate' | 'decoder' | 'ms'>,
  outcome: Outcome,
  result: DecodedResult | undefined,
  before: TrainedNetwork | undefined,
  classes: readonly string[],
): TrainedNetwork {
  if (outcome.status === 'failed' || result === undefined) {
    const error = outcome.status === 'failed' ? outcome.error : 'it has no scores';
    return { ...made, status: 'failed', error, notFinite: isNotFinite(error) };
  }
  const { metrics, coverage } = result;
  const { lostClasses, notes, losses } = outcome.metrics as unknown as TrainingScores;
  const scores = { metrics, coverage: namedCoverage(coverage, classes) };
  if (before?.status === 'complete') {
    const { decoder: _, ...trained } = before;
    return { ...trained, ...made, ...scores };
  }
  return {
    ...made,
    status: 'complete',
    ...scores,
    lostClasses: lostClasses.map((c) => classes[c] ?? ''),
    notes,
    losses,
  };
}
