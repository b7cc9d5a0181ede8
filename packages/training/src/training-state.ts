import { rename, rm } from 'node:fs/promises';
import { IGNORE_LABEL, isAslError } from '@auto-seg-loss/kernel';
import type { Network } from '@auto-seg-loss/ops';
import { type Checkpoint, loadCheckpoint, readCheckpoint, saveCheckpoint, takeCheckpoint } from './checkpoint.ts';
import type { NetworkTraining } from './network-training.ts';

const VELOCITY = 'velocity:';
const LOSSES = 'losses';
const SEEN = 'seen';

/** Where a paused training waits, and what it is known by. */
export interface StatePlace {
  readonly path: string;
  /** Of the training: a file of another one is not taken. */
  readonly key: string;
}

/** A paused training as it was found. */
export interface TrainingState {
  /** Iterations done. */
  readonly iteration: number;
  /** Of those, as far as they were kept. */
  readonly losses: readonly number[];
  /** The classes that batches had shown; undefined in states of before that was kept. */
  readonly seen: readonly number[] | undefined;
  /** Weights and statistics. */
  readonly checkpoint: Checkpoint;
  /** By the names of the parameters. */
  readonly velocities: ReadonlyMap<string, Float32Array>;
}

/**
 * Writes the state of a paused training: weights, statistics, velocities, the iteration, the losses on the way, and the classes that
 * were seen. The state
 * before is kept beside it, in case that this one turns out to be damaged.
 */
export async function saveTrainingState(
  { path, key }: StatePlace,
  network: Network,
  training: NetworkTraining,
  losses: readonly number[] = [],
): Promise<void> {
  const { tensors, metadata } = takeCheckpoint(network, { key, iteration: String(training.iteration) });
  const velocities = [...training.optimizer.state()].map(([name, data]) => {
    return [`${VELOCITY}${name}`, { shape: [data.length], data }] as const;
  });
  const all = new Map([
    ...tensors,
    ...velocities,
    [LOSSES, { shape: [losses.length], data: Float32Array.from(losses) }],
    [SEEN, { shape: [training.seen.size], data: Float32Array.from(training.seen) }],
  ]);
  await keepPrevious(path);
  await saveCheckpoint(path, { tensors: all, metadata });
}

/**
 * Reads the state of a paused training; where it is damaged, the one before it.
 * @param iteration the only one to take. @returns undefined where there is none to go on from: no file, damaged ones, or
 *   those of another training or iteration. The training is then done again from its beginning, which comes to the same.
 */
export async function readTrainingState(
  { path, key }: StatePlace,
  iteration?: number,
): Promise<TrainingState | undefined> {
  for (const each of [path, previousOf(path)]) {
    const found = await readIfSound(each);
    if (found?.metadata.key !== key) continue;
    const at = Number(found.metadata.iteration);
    if (!Number.isInteger(at) || (iteration !== undefined && at !== iteration)) continue;
    const all = [...found.tensors];
    const isOwn = (name: string): boolean => ![LOSSES, SEEN].includes(name) && !name.startsWith(VELOCITY);
    const seen = found.tensors.get(SEEN);
    return {
      iteration: at,
      losses: Array.from(found.tensors.get(LOSSES)?.data ?? []),
      seen: seen === undefined ? undefined : Array.from(seen.data),
      checkpoint: { tensors: new Map(all.filter(([name]) => isOwn(name))), metadata: found.metadata },
      velocities: new Map(
        all.flatMap(([name, { data }]) => (name.startsWith(VELOCITY) ? [[name.slice(VELOCITY.length), data]] : [])),
      ),
    };
  }
  return undefined;
}

async function readIfSound(path: string): Promise<Checkpoint | undefined> {
  try {
    return await readCheckpoint(path);
  } catch (error) {
    if (isAslError(error)) return undefined;
    throw error;
  }
}

/** What nobody counted may have been seen. */
const ALL_CLASSES: readonly number[] = Array.from({ length: IGNORE_LABEL }, (_, c) => c);

/** Sets a network and its training to a state that was read. @param where for messages. */
export function restoreTrainingState(
  { checkpoint, velocities, seen = ALL_CLASSES }: TrainingState,
  network: Network,
  training: NetworkTraining,
  where: string,
): void {
  loadCheckpoint(checkpoint, network, where);
  training.optimizer.restore(velocities);
  for (const value of seen) training.seen.add(value);
}

/** Removes the states of a training that has ended. */
export async function removeTrainingState({ path }: StatePlace): Promise<void> {
  await rm(path, { force: true });
  await rm(previousOf(path), { force: true });
}

function previousOf(path: string): string {
  return `${path}.previous`;
}

/** Between this and the writing of the new state only the one before is there: it is read where the other is missing. */
async function keepPrevious(path: string): Promise<void> {
  try {
    await rename(path, previousOf(path));
  } catch (error) {
    // The first time there is nothing to keep. What else is wrong shows when the new state is written.
    if (!(error instanceof Error && 'code' in error)) throw error;
  }
}
