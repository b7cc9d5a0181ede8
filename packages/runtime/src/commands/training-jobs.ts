import type { RunConfig } from '@auto-seg-loss/config';
import type { ExactScore } from '@auto-seg-loss/formula';
import type { Json } from '@auto-seg-loss/kernel';
import type { Executor, Outcome, Paused } from '@auto-seg-loss/study';
import { assembleRun, type Run } from '../container/assemble-run.ts';
import { pluginContext } from '../context.ts';
import { jobTask } from '../jobs/run-job.ts';
import type { TrainingScores, TrainingTask } from '../jobs/training-runner.ts';
import { type MakeExecutor, workerProcesses } from '../jobs/worker-pool.ts';
import { resolveLoss } from '../loss-file/resolve-loss.ts';
import { type ChosenEngine, chooseEngine } from '../run-folder/environment.ts';

/** A network that was trained, or was not. */
export type TrainedNetwork = { readonly loss: string; readonly seed: number; readonly ms: number } & (
  | {
      readonly status: 'complete';
      /** On the val split, by metric name. */
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
      readonly trainings: number;
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
 * @throws AslError for what is wrong with plugins, losses, data or engine, before anything is trained.
 */
export async function runTrainings(
  loaded: { readonly config: RunConfig; readonly baseDir: string },
  requests: readonly TrainingRequest[],
  options: TrainingJobOptions,
): Promise<TrainedNetworks> {
  const { makeExecutor = workerProcesses, cwd = process.cwd(), onEvent = () => {} } = options;
  const engine = chooseEngine(options.engine);
  const run = await assembleRun(loaded.config, pluginContext(loaded.baseDir));
  try {
    for (const loss of new Set(requests.map((request) => request.loss)))
      await resolveLoss(loss, { context: run.context, cwd });
    const { classes } = await run.dataset;
    const metrics = (await run.metrics).map(({ name }) => name);
    const workers = Math.min(run.config.workers, requests.length);
    const { iterations } = run.config.training;
    onEvent({ type: 'trainings-started', trainings: requests.length, iterations, workers, engine, metrics });
    const executor = makeExecutor(initOf(run, engine), workers, undefined);
    try {
      return {
        config: run.config,
        metrics,
        classes,
        networks: await runAll(executor, requests, { ...options, cwd, onEvent }, iterations),
      };
    } finally {
      await executor.close();
    }
  } finally {
    await run.dispose();
  }
}

function initOf({ config, context }: Run, { engine }: ChosenEngine): Parameters<MakeExecutor>[0] {
  return { job: 'training', config, context, engine, warmStart: '', paused: null, reference: null };
}

async function runAll(
  executor: Executor,
  requests: readonly TrainingRequest[],
  options: Required<Pick<TrainingJobOptions, 'cwd' | 'onEvent'>> & Pick<TrainingJobOptions, 'signal'>,
  iterations: number,
): Promise<readonly TrainedNetwork[]> {
  const failure = new AbortController();
  const signals = [failure.signal, ...(options.signal === undefined ? [] : [options.signal])];
  const stop = AbortSignal.any(signals);
  const networks: TrainedNetwork[] = [];
  const queue = requests.entries();
  const lane = async (): Promise<void> => {
    for (const [index, request] of queue) {
      options.onEvent({ type: 'training-started', index, loss: request.loss, seed: request.seed });
      const begun = performance.now();
      const content = { ...request, cwd: options.cwd } satisfies TrainingTask;
      const task = jobTask(index, `${request.loss} ${request.seed}`, content as Json);
      const report = (done: number): 'continue' => {
        options.onEvent({ type: 'training-progress', index, done, iterations });
        return 'continue';
      };
      const outcome = await executor.run(task, { report, retry: () => {} }, stop);
      const network = networkOf(request, outcome, performance.now() - begun);
      networks[index] = network;
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

function networkOf({ loss, seed }: TrainingRequest, outcome: Outcome | Paused, ms: number): TrainedNetwork {
  if (outcome.status === 'paused') throw new Error('a training does not pause');
  if (outcome.status === 'failed') return { loss, seed, ms, status: 'failed', error: outcome.error };
  return { loss, seed, ms, status: 'complete', ...(outcome.metrics as unknown as TrainingScores) };
}
