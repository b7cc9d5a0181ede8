import { readdir, rm, rmdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import { TEMPORARY_NAME } from '@auto-seg-loss/files';
import { STORE_FILES } from '@auto-seg-loss/study';
import { liveFile } from '../live/live-record.ts';

/** What a run is known by where it is written for TensorBoard. */
export const TENSORBOARD_FILE = 'tensorboard.json';

/** The files of a run folder; the trial store keeps its own beside them. */
export interface RunFolder {
  readonly folder: string;
  /** The resolved config, to read; the store has it too. */
  readonly config: string;
  readonly environment: string;
  /** What was seen of the training images. */
  readonly data: string;
  readonly warmStart: string;
  /** What guards compare with. */
  readonly reference: string;
  /** Trainings that wait for what becomes of them. */
  readonly paused: string;
  /** What the worker processes printed. */
  readonly log: string;
  /** What the search is doing now. */
  readonly live: string;
  readonly loss: string;
  /** The losses of a front, 1.json and so on; and what they are worth. */
  readonly front: string;
  readonly frontTable: string;
}

export function runFolder(folder: string): RunFolder {
  return {
    folder,
    config: join(folder, 'config.json'),
    environment: join(folder, 'environment.json'),
    data: join(folder, 'data.json'),
    warmStart: join(folder, 'warm-start.safetensors'),
    reference: join(folder, 'reference.json'),
    paused: join(folder, 'paused'),
    log: join(folder, 'workers.log'),
    live: liveFile(folder),
    loss: join(folder, 'loss.json'),
    front: join(folder, 'front'),
    frontTable: join(folder, 'front.json'),
  };
}

/** The files of the network that trials start from: of each fold, where there are some. @param path without folds. */
export function warmStarts(path: string, folds: number | null): readonly string[] {
  if (folds === null) return [path];
  const { dir, name, ext } = parse(path);
  return Array.from({ length: folds }, (_, fold) => join(dir, `${name}-${fold + 1}${ext}`));
}

/** The files in which a paused training waits: its state, and the one before it. */
export function pausedFiles(paused: string, key: string): readonly string[] {
  const state = join(paused, `${key}.safetensors`);
  return [state, `${state}.previous`];
}

/** Removes what waits for nothing any more. @param keys of the trainings that are still to go on. */
export async function removeEnded(paused: string, keys: ReadonlySet<string>): Promise<void> {
  const names = await readdir(paused).catch(() => []);
  for (const name of names) {
    const key = PAUSED.exec(name)?.[1];
    if (key !== undefined && !keys.has(key)) await rm(join(paused, name), { force: true });
  }
}

/** A training that waits, and the state before it. */
const PAUSED = /^([0-9a-f]{64})\.safetensors(?:\.previous)?$/;

/** Removes what a killed process was writing: temporary files that were to take the place of others. */
export async function removeLeftovers({ folder, paused }: RunFolder): Promise<void> {
  for (const place of [folder, paused]) await removeNamed(place, TEMPORARY_NAME);
}

/** Removes trainings that wait for nothing any more, and their folder, where it holds nothing else. */
export async function removePaused(paused: string): Promise<void> {
  await removeNamed(paused, PAUSED);
  await removeNamed(paused, TEMPORARY_NAME);
  await rmdir(paused).catch(() => {});
}

/** Removes a run that nothing was trained in, and the folders that were made for it, from the top, as far as they are empty then. */
export async function removeRun(run: RunFolder, made: readonly string[]): Promise<void> {
  await removePaused(run.paused);
  await removeLeftovers(run);
  const files = [
    run.config,
    run.environment,
    run.data,
    run.log,
    run.live,
    join(run.folder, TENSORBOARD_FILE),
    ...STORE_FILES.map((name) => join(run.folder, name)),
  ];
  for (const file of files) await rm(file, { force: true });
  for (const folder of made.toReversed()) await rmdir(folder).catch(() => {});
}

async function removeNamed(folder: string, names: RegExp): Promise<void> {
  for (const name of await readdir(folder).catch(() => []))
    if (names.test(name)) await rm(join(folder, name), { force: true });
}
