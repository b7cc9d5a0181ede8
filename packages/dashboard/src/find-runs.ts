import { readdir, realpath } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { kindOfRun, type RunKind } from '@auto-seg-loss/runtime';

/** A folder of a run, below the one that is looked at. */
export interface FoundRun {
  /** Its path within that one; `.` for that one itself. */
  readonly id: string;
  readonly folder: string;
  readonly kind: RunKind;
}

/** Of folders in folders, and of runs. */
const DEEPEST = 3;
const MOST = 500;
/** Of a folder that is none of runs, such as somebody's home, not all of it is looked through. */
const MOST_FOLDERS = 5_000;

/**
 * The runs in a folder and in those in it, by the order of their names. Links are not followed: what a link leads to may lie
 * anywhere.
 * @param root without links in its path.
 */
export async function findRuns(root: string): Promise<{ readonly runs: readonly FoundRun[]; readonly more: number }> {
  const runs: FoundRun[] = [];
  let folders = 0;
  const look = async (folder: string, depth: number): Promise<void> => {
    folders += 1;
    if (folders > MOST_FOLDERS) return;
    const kind = await kindOfRun(folder);
    if (kind !== undefined) runs.push({ id: relative(root, folder) || '.', folder, kind });
    if (kind !== undefined || depth === DEEPEST) return;
    const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
    const inner = entries.filter((entry) => entry.isDirectory() && !/^\.|^node_modules$/.test(entry.name));
    for (const { name } of inner) await look(join(folder, name), depth + 1);
  };
  await look(root, 0);
  const sorted = runs.toSorted((a, b) => a.id.localeCompare(b.id, 'en', { numeric: true }));
  return { runs: sorted.slice(0, MOST), more: Math.max(0, sorted.length - MOST) };
}

/** Whether a run is where it was found, and no link has taken its place. */
export async function isStillThere({ folder, kind }: FoundRun): Promise<boolean> {
  const real = await realpath(folder).catch(() => undefined);
  return real === folder && (await kindOfRun(folder)) === kind;
}

/** A link in the folder of a run, in place of a file that would be read; undefined where there is none. */
export async function linkIn(folder: string): Promise<string | undefined> {
  for (const place of [folder, join(folder, 'trainings')]) {
    const entries = await readdir(place, { withFileTypes: true }).catch(() => []);
    const link = entries.find((entry) => entry.isSymbolicLink());
    if (link !== undefined) return join(relative(folder, place), link.name);
  }
  return undefined;
}
