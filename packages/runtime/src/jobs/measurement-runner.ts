import type { Descent, Json } from '@auto-seg-loss/kernel';
import type { TrialRunner } from '@auto-seg-loss/study';
import type { ProxyTask, Trial } from '@auto-seg-loss/training';
import type { Run } from '../container/assemble-run.ts';
import { outcomeOfJob } from './job-outcome.ts';
import { notFinite } from './not-finite.ts';
import { metricObjective, parametricLoss } from './parametric-loss.ts';
import { prepareProxy, referenceLoss } from './prepare-proxy.ts';
import { lossAt, spaceLosses } from './space-loss.ts';
import { type TimedTraining, timeTraining } from './time-training.ts';
import type { WorkerInit } from './worker-init.ts';

/** What is to be measured. */
export interface MeasurementTask {
  /** θ of a first trial. */
  readonly theta: readonly number[];
  /** How θ is learned in trials that do so; null where none does. */
  readonly descent: Descent | null;
}

/** What a worker found out of a search's trainings. Times are in seconds. */
export interface Measurement {
  /** Of trials. */
  readonly trial: TimedTraining;
  /** An iteration of the network that trials start from; null without one. */
  readonly warmStart: number | null;
  /** An iteration of a trial whose θ is learned; null where there is none. */
  readonly descent: number | null;
  /** To read the data, and to compute the features that are kept. */
  readonly preparing: number;
  /** Values of the network that a trial trains; and all that it has. */
  readonly parameters: number;
  readonly values: number;
  /** The most memory that the process had, in bytes. */
  readonly memory: number;
}

type Shared = Pick<WorkerInit, 'warmStart' | 'twins' | 'shares'>;
type Alive = Parameters<TrialRunner['run']>[2];

/** Times the trainings of a search, each for a few iterations, and keeps none of them. */
export function createMeasurementRunner(run: Run, init: Shared): TrialRunner {
  return {
    run: ({ content }, _report, alive) =>
      outcomeOfJob(async () => {
        const measured = await measure(run, init, content as unknown as MeasurementTask, alive);
        return measured as unknown as Json;
      }),
  };
}

async function measure(run: Run, init: Shared, task: MeasurementTask, alive: Alive): Promise<Measurement> {
  const { warmStart, ...trial } = run.config.proxy;
  // The network that trials start from is as large and as slow after one iteration as after all.
  const options = { ...trial, warmStart: warmStart === null ? null : { ...warmStart, iterations: 1, warmUp: 0 } };
  const started = performance.now();
  const proxies = await prepareProxy(run, init, undefined, options);
  try {
    const proxy = await proxies.task(0);
    const preparing = (performance.now() - started) / 1000;
    const loss = await lossAt(await spaceLosses(run, init.shares), task.theta);
    return {
      trial: await timeTraining(trial.iterations, trainUntil(proxy, loss, trial.iterations, alive)),
      warmStart: await timeWarmStart(run, init, alive),
      descent: task.descent === null ? null : await timeDescent(run, init, options, { ...task, descent: task.descent }),
      preparing,
      ...(await sizeOf(run)),
      memory: 1024 * process.resourceUsage().maxRSS,
    };
  } finally {
    proxies.dispose();
  }
}

/** @param iterations of the whole training, of which the first are done. */
function trainUntil(
  proxy: ProxyTask,
  loss: Trial['loss'],
  iterations: number,
  alive: Alive,
): Parameters<typeof timeTraining>[1] {
  return async (until, trained) => {
    const onIteration = (): void => {
      trained();
      alive();
    };
    const outcome = await proxy.run({ loss, round: 0, until: until / iterations, onIteration });
    if (outcome.status === 'failed') throw new Error(notFinite(outcome.reason, outcome.iterations));
  };
}

async function timeWarmStart(run: Run, init: Shared, alive: Alive): Promise<number | null> {
  const { warmStart, ...trial } = run.config.proxy;
  if (warmStart === null) return null;
  const options = { ...trial, ...warmStart, warmStart: null, keptFeatures: null };
  const proxies = await prepareProxy(run, init, undefined, options);
  try {
    const proxy = await proxies.task(0);
    const loss = await referenceLoss(run);
    return (await timeTraining(warmStart.iterations, trainUntil(proxy, loss, warmStart.iterations, alive))).iteration;
  } finally {
    proxies.dispose();
  }
}

/** Steps of θ in the descent that is timed. */
const STEPS = 3;

async function timeDescent(
  run: Run,
  init: Shared,
  trial: Run['config']['proxy'],
  { theta, descent }: { readonly theta: readonly number[]; readonly descent: Descent },
): Promise<number> {
  const { proxy: whole } = run.config;
  const iterations = Math.min(whole.iterations, STEPS * descent.every);
  const proxies = await prepareProxy(run, init, undefined, { ...trial, iterations, warmUp: 0 });
  /** When the iterations up to each were done. */
  const done: (readonly [iterations: number, at: number])[] = [[0, performance.now()]];
  try {
    const proxy = await proxies.task(0);
    await proxy.descend({
      parametric: parametricLoss(await spaceLosses(run, init.shares)),
      objective: await metricObjective(run),
      descent,
      theta,
      round: 0,
      onIteration: ({ iteration }) => done.push([iteration + 1, performance.now()]),
    });
  } finally {
    proxies.dispose();
  }
  // The first step is slower than the others.
  const [from = [0, 0]] = done.filter(([count]) => count >= Math.min(descent.every, iterations - 1));
  const [to = from] = done.slice(-1);
  return (to[1] - from[1]) / 1000 / Math.max(1, to[0] - from[0]);
}

async function sizeOf(run: Run): Promise<Pick<Measurement, 'parameters' | 'values'>> {
  const { classes } = await run.dataset;
  const network = (await run.proxyNetwork).build(classes.length, run.random.split('measurement'));
  const isKept = (name: string): boolean =>
    run.config.proxy.keptFeatures !== null && network.halves?.isOfEncoder(name) === true;
  const count = (all: typeof network.statistics): number => all.reduce((sum, { variable }) => sum + variable.size, 0);
  try {
    const parameters = count(network.parameters.filter(({ name }) => !isKept(name)));
    return { parameters, values: count(network.parameters) + count(network.statistics) };
  } finally {
    network.dispose();
  }
}
