import { join } from 'node:path';
import type { RunConfig } from '@auto-seg-loss/config';
import type { ExactScore } from '@auto-seg-loss/formula';
import type { Json } from '@auto-seg-loss/kernel';
import type { Executor, Outcome, Paused } from '@auto-seg-loss/study';
import { assembleRun, type Run } from '../container/assemble-run.ts';
import { requireVal } from '../container/require-val.ts';
import { type LoadedRun, pluginContext } from '../context.ts';
import { jobTask } from '../jobs/run-job.ts';
import type { TrainingScores, TrainingTask } from '../jobs/training-runner.ts';
import { type MakeExecutor, workerProcesses } from '../jobs/worker-pool.ts';
import { resolveLoss } from '../loss-file/resolve-loss.ts';
import { type ChosenEngine, chooseEngine, environmentOf } from '../run-folder/environment.ts';
import { removePaused } from '../run-folder/layout.ts';
import { trainingKey } from './training-key.ts';
import { TrainingResults } from './training-results.ts';

/** A network that was trained, or was not. */
export type TrainedNetwork = {
  readonly loss: string;
  readonly seed: number;
  /** Of the first step. */
  readonly learningRate: number;
  readonly ms: number;
} & (
  | {
      readonly status: 'complete';
      /** On the images that the request names, by metric name. */
      readonly metrics: Readonly<Record<string, ExactScore>>;
      /** The loss of every iteration. */
      readonly losses: readonly number[];
    }
  | { readonly status: 'failed'; readonly error: string }
);

/** What happens while networks are trained. */
export type TrainingEvent =
  | {
      readonly type: 'trainings-started';
      /** val: networks to compare. held-out: networks that show which learning rate a loss wants. */
      readonly scoredOn: TrainingTask['scoredOn'];
      readonly trainings: number;
      /** Of them, those that were trained before. */
      readonly found: number;
      readonly iterations: number;
      readonly workers: number;
      readonly engine: ChosenEngine;
      readonly metrics: readonly string[];
    }
  | { readonly type: 'training-started'; readonly index: number; readonly loss: string; readonly seed: number }
  | { readonly type: 'training-progress'; readonly index: number; readonly done: number; readonly iterations: number }
  | { readonly type: 'training-finished'; readonly index: number; readonly network: TrainedNetwork };

/** What trainings are run with. */
export interface TrainingJobOptions {
  readonly engine?: 'auto' | 'native' | 'wasm';
  readonly onEvent?: (event: TrainingEvent) => void;
  /** Gives up what is running; the promise is then rejected with its reason. */
  readonly signal?: AbortSignal;
  /** Where the relative path of a loss file starts; the process's working folder by default. */
  readonly cwd?: string;
  /** What trains the networks: worker processes by default. */
  readonly makeExecutor?: MakeExecutor;
}

/** A network to be trained. */
export type TrainingRequest = Omit<TrainingTask, 'cwd'>;

/** The trainings' results, in the order of the requests. */
export interface TrainedNetworks {
  readonly config: RunConfig;
  /** Metric names: the config's first, then those of reports. */
  readonly metrics: readonly string[];
  readonly classes: readonly string[];
  readonly networks: readonly TrainedNetwork[];
}

/**
 * Trains networks in worker processes, as many at a time as the config says, in the order of the requests.
 * @param results a folder where results are kept, so that what was trained once is not trained again; null not to keep them.
 * @throws AslError for what is wrong with plugins, losses, data or engine, before anything is trained.
 */
export async function runTrainings(
  loaded: LoadedRun,
  requests: readonly TrainingRequest[],
  options: TrainingJobOptions,
  results: string | null = null,
): Promise<TrainedNetworks> {
  const { makeExecutor = workerProcesses, cwd = process.cwd(), onEvent = () => {} } = options;
  const engine = chooseEngine(options.engine);
  const run = await assembleRun(loaded.config, pluginContext(loaded.baseDir, loaded));
  try {
    const { config, context } = run;
    for (const loss of new Set(requests.map((request) => request.loss)))
      await resolveLoss(loss, { context, cwd, named: config.losses });
    const { classes } = requireVal(await run.dataset);
    const metrics = (await run.metrics).map(({ name }) => name);
    const keyOf = trainingKey(run, await environmentOf(run, engine), cwd);
    const keys = await Promise.all(requests.map(keyOf));
    const kept = results === null ? undefined : new TrainingResults(results);
    const found = await Promise.all(keys.map((key) => kept?.find(key)));
    const missing = requests.flatMap((request, index) => {
      return found[index] === undefined ? [{ request, index, key: keys[index] as string }] : [];
    });
    const workers = Math.max(1, Math.min(config.workers, missing.length));
    onEvent({
      type: 'trainings-started',
      scoredOn: requests[0]?.scoredOn ?? 'val',
      trainings: requests.length,
      found: requests.length - missing.length,
      iterations: config.training.iterations,
      workers,
      engine,
      metrics,
    });
    const paused = results === null ? null : join(results, 'paused');
    const init = {
      job: 'training',
      config,
      context,
      engine: engine.engine,
      warmStart: '',
      paused,
      reference: null,
    } as const;
    const executor = makeExecutor(init, workers, undefined);
    try {
      const trained = await runAll(executor, missing, run, { ...options, cwd, onEvent, kept });
      return {
        config,
        metrics,
        classes,
        networks: found.map((one, index) => one ?? (trained.get(index) as TrainedNetwork)),
      };
    } finally {
      await executor.close();
      if (paused !== null) await removePaused(paused);
    }
  } finally {
    await run.dispose();
  }
}

interface Missing {
  readonly request: TrainingRequest;
  readonly index: number;
  readonly key: string;
}

async function runAll(
  executor: Executor,
  missing: readonly Missing[],
  { config }: Run,
  options: Required<Pick<TrainingJobOptions, 'cwd' | 'onEvent'>> &
    Pick<TrainingJobOptions, 'signal'> & { readonly kept: TrainingResults | undefined },
): Promise<ReadonlyMap<number, TrainedNetwork>> {
  const failure = new AbortController();
  const signals = [failure.signal, ...(options.signal === undefined ? [] : [options.signal])];
  const stop = AbortSignal.any(signals);
  const networks = new Map<number, TrainedNetwork>();
  const { iterations, learningRate } = config.training;
  const queue = missing.values();
  const lane = async (): Promise<void> => {
    for (const { request, index, key } of queue) {
      options.onEvent({ type: 'training-started', index, loss: request.loss, seed: request.seed });
      const begun = performance.now();
      const content = { ...request, cwd: options.cwd } satisfies TrainingTask;
      const task = jobTask(index, key, content as Json);
      const report = (done: number): 'continue' => {
        options.onEvent({ type: 'training-progress', index, done, iterations });
        return 'continue';
      };
      const outcome = await executor.run(task, { report, retry: () => {} }, stop);
      const made = { loss: request.loss, seed: request.seed, learningRate: request.learningRate ?? learningRate };
      const network = networkOf({ ...made, ms: performance.now() - begun }, outcome);
      networks.set(index, network);
      if (network.status === 'complete') await options.kept?.keep(key, network);
      options.onEvent({ type: 'training-finished', index, network });
    }
  };
  const lanes = Array.from({ length: executor.concurrency }, () =>
    lane().catch((error: unknown) => failure.abort(error)),
  );
  await Promise.all(lanes);
  stop.throwIfAborted();
  return networks;
}

function networkOf(
  made: Pick<TrainedNetwork, 'loss' | 'seed' | 'learningRate' | 'ms'>,
  outcome: Outcome | Paused,
): TrainedNetwork {
  if (outcome.status === 'paused') throw new Error('a training does not pause');
  if (outcome.status === 'failed') return { ...made, status: 'failed', error: outcome.error };
  return { ...made, status: 'complete', ...(outcome.metrics as unknown as TrainingScores) };
}
