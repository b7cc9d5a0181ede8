import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

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

/** The next free folder `runs/<name>-1`, `runs/<name>-2`, … in `parent`. */
export async function nextRunFolder(parent: string, name: string): Promise<string> {
  const runs = join(parent, 'runs');
  const taken = await readdir(runs).catch(() => []);
  const numbers = taken.map((each) => (each.startsWith(`${name}-`) ? Number(each.slice(name.length + 1)) : Number.NaN));
  return join(runs, `${name}-${1 + Math.max(0, ...numbers.filter(Number.isInteger))}`);
}

/** What a killed process was writing: a temporary file that was to take the place of another. */
const TEMPORARY = /^\..+\.tmp$/;

/** Removes what a killed process left behind. */
export async function removeLeftovers({ folder, paused }: RunFolder): Promise<void> {
  for (const place of [folder, paused]) {
    const names = await readdir(place).catch(() => []);
    for (const name of names) if (TEMPORARY.test(name)) await rm(join(place, name), { force: true });
  }
}
