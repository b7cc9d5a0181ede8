import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isAslError } from '@auto-seg-loss/kernel';
import { kindOfRun } from './run-kind.ts';
import { type RunStatus, runStatus } from './run-status.ts';

/** How the runs of a folder stand. */
export interface RunsStatus {
  readonly folder: string;
  /** By the order of their folders' names. */
  readonly runs: readonly RunStatus[];
  /** Those that cannot be looked at. */
  readonly unreadable: readonly UnreadableRun[];
}

export interface UnreadableRun {
  readonly folder: string;
  readonly code: string | null;
  readonly message: string;
}

/**
 * How a run stands, or the runs that lie side by side in a folder, as several searches at once leave them.
 * @throws AslError as `runStatus`, for a folder that is no run and holds none.
 */
export async function statusOfFolder(path: string): Promise<RunStatus | RunsStatus> {
  const folder = resolve(path);
  const places = (await kindOfRun(folder)) === undefined ? await runsIn(folder) : [];
  if (places.length === 0) return runStatus(folder);
  const looked = await Promise.all(places.map(look));
  return {
    folder,
    runs: looked.filter((one) => 'kind' in one),
    unreadable: looked.filter((one) => 'message' in one),
  };
}

/** Folders of runs that lie directly in one. */
async function runsIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const inner = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  const sorted = inner
    .toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map((name) => join(folder, name));
  const kinds = await Promise.all(sorted.map(kindOfRun));
  return sorted.filter((_, index) => kinds[index] !== undefined);
}

/** A run that cannot be looked at is no reason not to show the others. */
async function look(folder: string): Promise<RunStatus | UnreadableRun> {
  try {
    return await runStatus(folder);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { folder, code: isAslError(error) ? error.code : null, message };
  }
}
