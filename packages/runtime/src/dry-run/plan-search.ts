import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { Json } from '@auto-seg-loss/kernel';
import { type LoadedRun, pluginContext } from '@auto-seg-loss/plugin-host';
import { type PlannedTrials, plannedTrials } from '@auto-seg-loss/study';
import type { Preparing } from '../commands/search-events.ts';
import { assembleRun, type Run } from '../container/assemble-run.ts';
import { classShares } from '../container/class-shares.ts';
import { type TrainingData, twinsOf } from '../inspection/training-data.ts';
import { resultOfJob } from '../jobs/job-outcome.ts';
import type { Measurement, MeasurementTask } from '../jobs/measurement-runner.ts';
import { referenceIterations, referenceTrainings } from '../jobs/reference-iterations.ts';
import { jobTask, runJob } from '../jobs/run-job.ts';
import type { WorkerInit } from '../jobs/worker-init.ts';
import { type MakeExecutor, workerProcesses } from '../jobs/worker-pool.ts';
import { priorNotes } from '../prior/prior-notes.ts';
import { tryRunFolder } from '../run-folder/claim.ts';
import { type ChosenEngine, chooseEngine, environmentOf, weightsNotes } from '../run-folder/environment.ts';
import { warmStarts } from '../run-folder/layout.ts';
import { searchShape } from './search-shape.ts';
import { type Costs, searchTime, type Time } from './search-time.ts';
import { type SearchSpaceNeeds, spaceNeeds } from './space-needs.ts';

/** What a search would do, and what it would cost. */
export interface SearchPlan {
  /** The run folder that it would have, as folders are now. */
  readonly folder: string;
  readonly metric: string;
  /** The metric whose formula the loss relaxes. */
  readonly formula: string;
  /** The loss that is searched in place of curves; null for curves. */
  readonly searchSpace: string | null;
  readonly searcher: string;
  /** What each coordinate of the space is, and the hand-made losses in it, which are tried beside the finalists. */
  readonly coordinates: readonly string[];
  readonly rivals: readonly string[];
  readonly engine: ChosenEngine;
  readonly workers: number;
  /** What was taken of the weights that networks begin with, a line each. */
  readonly weights: readonly string[];
  /** What was taken of which prior, and what the searcher makes of it, a line each. */
  readonly prior: readonly string[];
  readonly data: {
    readonly dataset: string;
    readonly classes: number;
    /** Images that trials are trained on, those that give the reward, and those of val, which no search reads. */
    readonly train: number;
    readonly reward: number;
    readonly val: number;
    /** Into how many folds the training images are divided, one of which `reward` counts; null without. */
    readonly folds: number | null;
  };
  readonly network: {
    readonly name: string /** That a trial trains; and all. */;
    readonly parameters: number;
    readonly values: number;
  };
  readonly rounds: number;
  readonly trials: PlannedTrials & { /** Of the searcher's, those that learn θ. */ readonly descents: number };
  /** Of a trial. */
  readonly iterations: number;
  readonly batchSize: number;
  readonly size: readonly [height: number, width: number];
  readonly pruning: Run['config']['pruning'];
  /** Iterations of the network that all trials start from; and trainings with cross-entropy that guards compare with. */
  readonly warmStart: number;
  readonly reference: number;
  /** What the times rest on: means over the workers, all of which worked at once. Seconds. */
  readonly measured: Omit<Measurement, 'parameters' | 'values' | 'memory'> & { readonly workers: number };
  /** The least and the most: they differ where it depends on rewards how far trials are trained. */
  readonly time: { readonly least: Time; readonly most: Time };
  readonly disk: SearchSpaceNeeds['disk'];
  readonly memory: SearchSpaceNeeds['memory'];
  /** What a person should know of data, memory and disk, in sentences. */
  readonly warnings: readonly string[];
}

export interface PlanOptions {
  readonly out?: string;
  readonly engine?: 'auto' | 'native' | 'wasm';
  /** Told as the training images are looked at, and as times are taken. */
  readonly onStart?: (what: Preparing | 'measurement') => void;
  readonly signal?: AbortSignal;
  readonly makeExecutor?: MakeExecutor;
}

/**
 * What `search` would do with the same config and options: all is made and checked that it would be made of, the training images are
 * read, and a few iterations of its trainings are timed, in as many workers as it would have. Nothing of it is kept.
 * @throws AslError as `search` does before its first trial; the signal's reason.
 */
export async function planSearch(loaded: LoadedRun, options: PlanOptions = {}): Promise<SearchPlan> {
  const { makeExecutor = workerProcesses, signal = new AbortController().signal, onStart = () => {} } = options;
  const available = process.availableMemory();
  const engine = chooseEngine(options.engine);
  const run = await assembleRun(loaded.config, pluginContext(loaded.baseDir, loaded));
  const scratch = await mkdtemp(join(tmpdir(), 'asl-dry-run-'));
  try {
    const { config, context } = run;
    const { workers, proxy, pruning } = config;
    const starts = proxy.reward.folds ?? 1;
    await environmentOf(run, engine);
    const space = await run.space;
    await run.guards;
    await run.executor;
    const searched = (await run.searched).map(({ name }) => name);
    const metric = searched.join(' and ');
    const { out } = options;
    const place = await tryRunFolder(out === undefined ? { parent: loaded.baseDir, name: metric } : resolve(out));
    const { train, val, classes } = await run.dataset;

    const init = (job: WorkerInit['job']): WorkerInit => {
      const warmStart = warmStarts(join(scratch, 'warm-start.safetensors'), config.proxy.reward.folds);
      const paths = { warmStart, paused: null };
      return { job, config, context, engine: engine.engine, ...paths, reference: null };
    };
    onStart('inspection');
    const data = (await runJob({
      job: 'inspection',
      makeExecutor: () => makeExecutor(init('inspection'), 1, undefined),
      onIteration: () => {},
      signal,
    })) as unknown as TrainingData;
    const searcher = await run.searcher;
    const planned = plannedTrials(searcher, config.reevaluation, space.rivals.length, searched.length > 1);
    const rounds = searchShape(searcher);
    const descent = rounds.flat().find((trial) => trial.descent !== null)?.descent ?? null;
    onStart('measurement');
    const shares = space.needsShares ? { shares: classShares(data) } : {};
    const twins = { ...init('measurement'), twins: twinsOf(data), ...shares };
    const task = { theta: space.start, descent } satisfies MeasurementTask;
    const measured = await measureInAll(makeExecutor(twins, workers, undefined), task, signal);

    const mean = meanOf(measured);
    const { iteration, beginning, scoring } = mean.trial;
    const costs: Costs = { iteration, beginning, scoring, descent: mean.descent ?? iteration };
    const trials = {
      rounds,
      iterations: proxy.iterations,
      pruning,
      again: planned.again,
      confirm: planned.confirm,
      workers,
    };
    const reference = referenceTrainings(config);
    const alone =
      mean.preparing +
      starts * (proxy.warmStart?.iterations ?? 0) * (mean.warmStart ?? 0) +
      referenceIterations(config) * iteration +
      reference * scoring;
    const before: Time = { seconds: alone + mean.preparing, core: alone + workers * mean.preparing };
    const [least, most] = searchTime(trials, costs).map((time) => plus(time, before)) as [Time, Time];
    const [one] = measured;
    const parameters = one?.parameters ?? 0;
    const values = one?.values ?? 0;
    const metrics = (await run.metrics).length;
    const needs = spaceNeeds({
      trials: rounds.reduce((sum, round) => sum + round.length, 0) + planned.again + planned.confirm,
      round: Math.max(0, ...rounds.map((round) => round.length)),
      dimensions: space.dimensions,
      metrics,
      classes: classes.length,
      parameters,
      values,
      warmStarts: proxy.warmStart === null ? 0 : starts,
      pruning,
      workers,
      each: Math.max(...measured.map(({ memory }) => memory)),
      free: { disk: place.free, memory: available },
      keepsFeaturesOnDisk: proxy.keptFeatures?.keep === 'disk',
    });
    return {
      folder: place.folder,
      metric,
      formula: (await run.formula).name,
      searchSpace: config.searchSpace?.use ?? null,
      searcher: config.searcher.use,
      coordinates: space.coordinates,
      rivals: space.rivals.map(({ name }) => name),
      engine,
      workers,
      weights: await weightsNotes(run),
      prior: priorNotes(await run.prior, searcher),
      data: {
        dataset: config.dataset.use,
        classes: classes.length,
        train: data.division.train,
        reward: data.division.reward,
        folds: data.folds ?? null,
        val: val.ids.length,
      },
      network: { name: (config.proxy.network ?? config.network).use, parameters, values },
      rounds: rounds.length,
      trials: { ...planned, descents: rounds.flat().filter(({ descent }) => descent !== null).length },
      iterations: proxy.iterations,
      batchSize: proxy.batchSize,
      size: proxy.size,
      pruning,
      warmStart: starts * (proxy.warmStart?.iterations ?? 0),
      reference,
      measured: mean,
      time: { least, most },
      disk: needs.disk,
      memory: needs.memory,
      warnings: [...(train.notes ?? []), ...data.warnings, ...needs.warnings, ...elsewhereNotes(config)],
    };
  } finally {
    await rm(scratch, { recursive: true, force: true });
    await run.dispose();
  }
}

function elsewhereNotes({ executor, workers }: Run['config']): readonly string[] {
  if (executor.use === 'processes') return [];
  const many = workers === 1 ? 'a worker' : `${workers} workers`;
  return [
    `trials are run by whatever workers join (executor ${executor.use}), whose connection was not tried: times are those of ${many} on this machine`,
  ];
}

/** In as many workers at once as the search will have: they share the machine. */
async function measureInAll(
  executor: ReturnType<MakeExecutor>,
  task: MeasurementTask,
  signal: AbortSignal,
): Promise<readonly Measurement[]> {
  const quiet = { report: () => 'continue' as const, retry: () => {} };
  const failure = new AbortController();
  const stop = AbortSignal.any([signal, failure.signal]);
  try {
    const all = Array.from({ length: executor.concurrency }, async (_, index) => {
      const content = task as unknown as Json;
      try {
        const outcome = await executor.run(jobTask(index, `measurement ${index}`, content), quiet, stop);
        if (outcome.status === 'paused') throw new Error('a measurement does not pause');
        return resultOfJob(outcome, 'the measurement') as unknown as Measurement;
      } catch (error) {
        failure.abort(error);
        throw error;
      }
    });
    const settled = await Promise.allSettled(all);
    if (failure.signal.aborted) throw signal.aborted ? signal.reason : failure.signal.reason;
    return settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  } finally {
    await executor.close();
  }
}

function meanOf(measured: readonly Measurement[]): SearchPlan['measured'] {
  const mean = (of: (one: Measurement) => number): number =>
    measured.reduce((sum, one) => sum + of(one), 0) / measured.length;
  const meanOrNull = (of: (one: Measurement) => number | null): number | null =>
    measured.some((one) => of(one) === null) ? null : mean((one) => of(one) ?? 0);
  return {
    trial: {
      iterations: Math.min(...measured.map(({ trial }) => trial.iterations)),
      iteration: mean(({ trial }) => trial.iteration),
      beginning: mean(({ trial }) => trial.beginning),
      scoring: mean(({ trial }) => trial.scoring),
    },
    warmStart: meanOrNull(({ warmStart }) => warmStart),
    descent: meanOrNull(({ descent }) => descent),
    preparing: mean(({ preparing }) => preparing),
    workers: measured.length,
  };
}

function plus(a: Time, b: Time): Time {
  return { seconds: a.seconds + b.seconds, core: a.core + b.core };
}
