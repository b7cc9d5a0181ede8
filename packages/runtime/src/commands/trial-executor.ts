import { access } from 'node:fs/promises';
import type { Json } from '@auto-seg-loss/kernel';
import { contentKey, type Executor, type TrialContent } from '@auto-seg-loss/study';
import type { Run } from '../container/assemble-run.ts';
import type { GuardReference } from '../jobs/guards.ts';
import { referenceIterations } from '../jobs/reference-iterations.ts';
import { runJob } from '../jobs/run-job.ts';
import type { WorkerInit } from '../jobs/worker-init.ts';
import type { MakeExecutor } from '../jobs/worker-pool.ts';
import type { ChosenEngine } from '../run-folder/environment.ts';
import type { RunFolder } from '../run-folder/layout.ts';
import { readSealedJson } from '../run-folder/sealed-json.ts';
import { writeFile } from '../run-folder/write-file.ts';
import type { SearchEvent } from './search-events.ts';

export interface TrialSetup {
  readonly run: Run;
  readonly folder: RunFolder;
  readonly engine: ChosenEngine;
  /** Where trials wait at a rung; null without rungs. */
  readonly paused: string | null;
  /** See WorkerInit. */
  readonly firstRound?: number;
  readonly content: TrialContent;
  readonly makeExecutor: MakeExecutor;
  readonly emit: (event: SearchEvent) => void;
  readonly signal: AbortSignal;
}

/**
 * Has made what trials need and the run folder does not hold yet: the network that they start from, and what guards compare
 * with. @returns what runs the trials. @throws AslError as the worker met it; the signal's reason.
 */
export async function trialExecutor(setup: TrialSetup): Promise<Executor> {
  const { run, folder, engine, paused, firstRound, makeExecutor, emit } = setup;
  const { config, context } = run;
  let told = false;
  const onLogLost = (reason: string): void => {
    if (!told) emit({ type: 'log-lost', path: folder.log, reason });
    told = true;
  };
  const executorOf = (job: WorkerInit['job'], workers: number, reference: GuardReference | null): Executor => {
    const init = { job, config, context, engine: engine.engine, warmStart: folder.warmStart, paused, reference };
    const whole = { ...init, ...(firstRound === undefined ? {} : { firstRound }) };
    return makeExecutor(whole, workers, folder.log, onLogLost);
  };
  const reference = await prepareTrials({ ...setup, executorOf: (job) => executorOf(job, 1, null) });
  return executorOf('trial', config.workers, reference);
}

type Preparation = TrialSetup & { readonly executorOf: (job: WorkerInit['job']) => Executor };

async function prepareTrials(preparation: Preparation): Promise<GuardReference | null> {
  const { folder, content } = preparation;
  const { proxy, guards, pruning } = preparation.run.config;
  if (proxy.warmStart !== null && !(await exists(folder.warmStart)))
    await prepare('warm-start', proxy.warmStart.iterations, preparation);
  if (guards.length === 0) return null;
  const key = contentKey(content({ theta: [] }, 0));
  const found = await readReference(folder.reference, key);
  if (found !== null) return found;
  const reference = await prepare('reference', referenceIterations(proxy.iterations, pruning), preparation);
  await writeFile(folder.reference, `${JSON.stringify({ key, reference, sha256: contentKey(reference) })}\n`);
  return reference as GuardReference;
}

async function prepare(
  job: 'warm-start' | 'reference',
  iterations: number,
  { executorOf, emit, signal }: Preparation,
): Promise<Json> {
  emit({ type: 'preparation-started', job, iterations });
  const result = await runJob({
    job,
    makeExecutor: () => executorOf(job),
    onIteration: (done) => emit({ type: 'preparation-progress', job, done, iterations }),
    signal,
  });
  emit({ type: 'preparation-finished', job });
  return result;
}

/** null where there is none, or a damaged one, or that of another task: it is then measured again. */
async function readReference(path: string, key: string): Promise<GuardReference | null> {
  const read = await readSealedJson(path, 'reference');
  return read?.key === key ? (read.reference as GuardReference) : null;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
