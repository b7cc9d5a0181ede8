import { access } from 'node:fs/promises';
import type { RunConfig } from '@auto-seg-loss/config';
import type { Json } from '@auto-seg-loss/kernel';
import { contentKey, type Executor, type TrialContent } from '@auto-seg-loss/study';
import type { GuardReference } from '../jobs/guards.ts';
import { referenceIterations } from '../jobs/reference-iterations.ts';
import { runJob } from '../jobs/run-job.ts';
import type { WorkerInit } from '../jobs/worker-init.ts';
import type { RunFolder } from '../run-folder/layout.ts';
import { readSealedJson } from '../run-folder/sealed-json.ts';
import { writeFile } from '../run-folder/write-file.ts';
import type { SearchEvent } from './search-events.ts';

export interface Preparation {
  readonly config: RunConfig;
  readonly folder: RunFolder;
  readonly makeExecutor: (job: WorkerInit['job']) => Executor;
  readonly content: TrialContent;
  readonly emit: (event: SearchEvent) => void;
  readonly signal: AbortSignal;
}

/**
 * Has made what trials need and the run folder does not hold yet: the network that they start from, and what guards compare
 * with. @returns the latter. @throws AslError as the worker met it; the signal's reason.
 */
export async function prepareSearch(preparation: Preparation): Promise<GuardReference | null> {
  const { config, folder } = preparation;
  const { warmStart, iterations } = config.proxy;
  if (warmStart !== null && !(await exists(folder.warmStart)))
    await prepare('warm-start', warmStart.iterations, preparation);
  if (config.guards.length === 0) return null;
  const key = contentKey(preparation.content({ theta: [] }, 0));
  const found = await readReference(folder.reference, key);
  if (found !== null) return found;
  const reference = await prepare('reference', referenceIterations(iterations, config.pruning), preparation);
  await writeFile(folder.reference, `${JSON.stringify({ key, reference, sha256: contentKey(reference) })}\n`);
  return reference as GuardReference;
}

async function prepare(
  job: 'warm-start' | 'reference',
  iterations: number,
  { makeExecutor, emit, signal }: Preparation,
): Promise<Json> {
  emit({ type: 'preparation-started', job, iterations });
  const result = await runJob({
    job,
    makeExecutor: () => makeExecutor(job),
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
