import { access } from 'node:fs/promises';
import { contentKey, type Json } from '@auto-seg-loss/kernel';
import type { Executor, TrialContent } from '@auto-seg-loss/study';
import type { Run } from '../container/assemble-run.ts';
import { classShares } from '../container/class-shares.ts';
import { type TrainingData, twinsOf } from '../inspection/training-data.ts';
import type { GuardReference } from '../jobs/guards.ts';
import { needsReference, referenceIterations } from '../jobs/reference-iterations.ts';
import { runJob } from '../jobs/run-job.ts';
import { sharedSearch, warmStartFiles } from '../jobs/shared-search.ts';
import type { WorkerInit } from '../jobs/worker-init.ts';
import type { MakeExecutor } from '../jobs/worker-pool.ts';
import type { ChosenEngine, Environment } from '../run-folder/environment.ts';
import { type RunFolder, warmStarts } from '../run-folder/layout.ts';
import { readSealedJson, sealedJson } from '../run-folder/sealed-json.ts';
import { writeFile } from '../run-folder/write-file.ts';
import type { Preparing, SearchEvent } from './search-events.ts';

export interface TrialSetup {
  readonly run: Run;
  readonly folder: RunFolder;
  readonly engine: ChosenEngine;
  readonly environment: Environment;
  /** Where trials wait at a rung; null without rungs. */
  readonly paused: string | null;
  /** See WorkerInit. */
  readonly firstRound?: number;
  readonly cells?: WorkerInit['cells'];
  readonly content: TrialContent;
  /** What two processes that search the same run have in common, see ExecutorJob. */
  readonly id: string;
  readonly makeExecutor: MakeExecutor;
  readonly emit: (event: SearchEvent) => void;
  readonly signal: AbortSignal;
}

/**
 * Has done what trials need and the run folder does not hold yet: the training images are looked at, the network is trained that
 * they start from, and what guards compare with is measured.
 * @returns what runs the trials. @throws AslError as the worker met it; the signal's reason.
 */
export async function trialExecutor(
  setup: TrialSetup,
): Promise<{ readonly executor: Executor /** See WorkerInit. */; readonly shares: readonly number[] | undefined }> {
  const { run, folder, engine, paused, firstRound, makeExecutor, emit } = setup;
  const cells = setup.cells === undefined ? {} : { cells: setup.cells };
  const { config, context } = run;
  const starts = warmStarts(folder.warmStart, config.proxy.reward.folds);
  const { needsShares } = await run.space;
  const sharesOf = (data: TrainingData | undefined): readonly number[] | undefined =>
    needsShares && data !== undefined ? classShares(data) : undefined;
  let told = false;
  const onLogLost = (reason: string): void => {
    if (!told) emit({ type: 'log-lost', path: folder.log, reason });
    told = true;
  };
  const executorOf = (job: WorkerInit['job'], workers: number, known: Known): Executor => {
    const { reference = null, data } = known;
    const init = { job, config, context, engine: engine.engine, warmStart: starts, paused, reference };
    const twins = data === undefined ? {} : { twins: twinsOf(data) };
    const shares = sharesOf(data);
    const whole = {
      ...init,
      ...twins,
      ...(shares === undefined ? {} : { shares }),
      ...(firstRound === undefined ? {} : { firstRound }),
      ...cells,
    };
    return makeExecutor(whole, workers, folder.log, onLogLost);
  };
  const known = await prepareTrials({ ...setup, executorOf: (job, sofar) => executorOf(job, 1, sofar) });
  const shares = sharesOf(known.data);
  const shared = {
    firstRound: firstRound ?? 0,
    twins: twinsOf(known.data),
    ...(shares === undefined ? {} : { shares }),
    reference: known.reference ?? null,
  };
  const executor = (await run.executor).create({
    run: setup.id,
    name: `${(await run.searched).map(({ name }) => name).join(' and ')} in ${folder.folder}`,
    processes: () => executorOf('trial', config.workers, known),
    search: () => sharedSearch(run, setup, shared),
    files: config.proxy.warmStart === null ? {} : warmStartFiles(starts),
    notify: (message) => emit({ type: 'executor-notice', message }),
  });
  return { executor, shares };
}

/** What is known before the first trial. */
interface Known {
  readonly data?: TrainingData;
  readonly reference?: GuardReference | null;
}

type Preparation = TrialSetup & { readonly executorOf: (job: WorkerInit['job'], known: Known) => Executor };

async function prepareTrials(preparation: Preparation): Promise<Known & { readonly data: TrainingData }> {
  const { folder, content, emit } = preparation;
  const { config } = preparation.run;
  const { proxy } = config;
  const starts = warmStarts(folder.warmStart, proxy.reward.folds);
  const data = await inspectTraining(preparation);
  for (const message of data.warnings) emit({ type: 'warning', message });
  if (proxy.warmStart !== null && !(await Promise.all(starts.map(exists))).every(Boolean))
    await prepare('warm-start', starts.length * proxy.warmStart.iterations, { data }, preparation);
  // What is measured in cells is looked at as it is.
  if (!needsReference(config) || preparation.cells !== undefined) return { data };
  const key = contentKey(content({ theta: [] }, 0));
  const found = await readKept(folder.reference, 'reference', key);
  if (found !== undefined) return { data, reference: found as GuardReference };
  const reference = await prepare('reference', referenceIterations(config), { data }, preparation);
  await writeFile(folder.reference, sealedJson({ key, reference }));
  return { data, reference: reference as GuardReference };
}

async function inspectTraining(preparation: Preparation): Promise<TrainingData> {
  const { run, folder, environment } = preparation;
  const { seed, proxy } = run.config;
  const { fraction, folds } = proxy.reward;
  const key = contentKey({ data: environment.data, seed, fraction, ...(folds === null ? {} : { folds }) });
  const kept = await readKept(folder.data, 'training', key);
  if (kept !== undefined) return kept as unknown as TrainingData;
  const { ids } = (await run.dataset).train;
  const training = await prepare('inspection', ids.length, {}, preparation);
  await writeFile(folder.data, sealedJson({ key, training }));
  return training as unknown as TrainingData;
}

async function prepare(
  job: Preparing,
  iterations: number,
  known: Known,
  { executorOf, emit, signal }: Preparation,
): Promise<Json> {
  emit({ type: 'preparation-started', job, iterations });
  const result = await runJob({
    job,
    makeExecutor: () => executorOf(job, known),
    onIteration: (done) => emit({ type: 'preparation-progress', job, done, iterations }),
    signal,
  });
  emit({ type: 'preparation-finished', job });
  return result;
}

/** undefined where there is none, or a damaged one, or that of another task or other data: it is then made again. */
async function readKept(path: string, field: string, key: string): Promise<Json | undefined> {
  const read = await readSealedJson(path);
  return read !== undefined && read !== 'damaged' && read.key === key ? read[field] : undefined;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
