import { readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { TEMPORARY_NAME } from '@auto-seg-loss/files';

/** The files of a run folder; the trial store keeps its own beside them. */
export interface RunFolder {
  readonly folder: string;
  /** The resolved config, to read; the store has it too. */
  readonly config: string;
  readonly environment: string;
  readonly warmStart: string;
  /** What guards compare with. */
  readonly reference: string;
  /** Trainings that wait for what becomes of them. */
  readonly paused: string;
  /** What the worker processes printed. */
  readonly log: string;
  readonly loss: string;
}

export function runFolder(folder: string): RunFolder {
  return {
    folder,
    config: join(folder, 'config.json'),
    environment: join(folder, 'environment.json'),
    warmStart: join(folder, 'warm-start.safetensors'),
    reference: join(folder, 'reference.json'),
    paused: join(folder, 'paused'),
    log: join(folder, 'workers.log'),
    loss: join(folder, 'loss.json'),
  };
}

/** A training that waits, and the state before it. */
const PAUSED = /^[0-9a-f]{64}\.safetensors(?:\.previous)?$/;

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

async function removeNamed(folder: string, names: RegExp): Promise<void> {
  for (const name of await readdir(folder).catch(() => []))
    if (names.test(name)) await rm(join(folder, name), { force: true });
}
