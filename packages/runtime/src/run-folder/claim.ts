import { access, constants, mkdir, readdir, rmdir, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder, notMade } from '@auto-seg-loss/files';
import { AslError } from '@auto-seg-loss/kernel';
import { heldAlready, isBegun, STORE_FILES } from '@auto-seg-loss/study';

/** A folder for a new run. */
export interface ClaimedFolder {
  readonly folder: string;
  /** Those that were made for it, from the top. */
  readonly made: readonly string[];
}

/** As `claimNextFolder`. */
export async function nextRunFolder(parent: string, name: string): Promise<string> {
  return (await claimNextFolder(parent, name)).folder;
}

/**
 * Makes the next free folder `runs/<name>-1`, `runs/<name>-2`, … in `parent`. Searches that begin at the same time get folders
 * of their own.
 * @throws AslError ASL_RUN_FOLDER where none can be made.
 */
export async function claimNextFolder(parent: string, name: string): Promise<ClaimedFolder> {
  const runs = join(parent, 'runs');
  const made = makeFolder(runs);
  const taken = await readdir(runs);
  const numbers = taken.map((each) => (each.startsWith(`${name}-`) ? Number(each.slice(name.length + 1)) : Number.NaN));
  for (let number = 1 + Math.max(0, ...numbers.filter(Number.isInteger)); ; number++) {
    const folder = join(runs, `${name}-${number}`);
    try {
      await mkdir(folder);
      return { folder, made: [...made, folder] };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw notMade(folder, error);
    }
  }
}

/**
 * Makes the folder of a new run. One that is there must be empty: what a search writes would take the place of what is in it.
 * One in which a run was begun is let pass; its store says what is to be done.
 * @throws AslError ASL_RUN_FOLDER.
 */
export async function claimRunFolder(folder: string): Promise<ClaimedFolder> {
  const claimed = { folder, made: makeFolder(folder) };
  if (!isBegun(folder)) await refuseOthers(folder);
  return claimed;
}

/**
 * Makes sure that a new run could have a folder, by making it and removing it again.
 * @param place the folder; or where the next free one is made, and for which name.
 * @returns its path, and the bytes that are free there. @throws AslError ASL_RUN_FOLDER where it could not.
 */
export async function tryRunFolder(
  place: string | { readonly parent: string; readonly name: string },
): Promise<{ readonly folder: string; readonly free: number }> {
  if (typeof place === 'string' && isBegun(place)) throw heldAlready(place);
  const { folder, made } =
    typeof place === 'string' ? await claimRunFolder(place) : await claimNextFolder(place.parent, place.name);
  try {
    await access(folder, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(folder);
    return { folder, free: bavail * bsize };
  } catch (error) {
    throw notMade(folder, error);
  } finally {
    for (const one of made.toReversed()) await rmdir(one).catch(() => {});
  }
}

async function refuseOthers(folder: string): Promise<void> {
  const others = (await readdir(folder)).filter((name) => !STORE_FILES.includes(name));
  if (others.length === 0) return;
  throw new AslError('ASL_RUN_FOLDER', 'the folder holds something else than a run', {
    where: folder,
    expected: 'a new or empty folder',
    received: others.length === 1 ? `"${others[0]}" in it` : `"${others[0]}" and ${others.length - 1} more in it`,
    remedy: 'choose another folder with --out; nothing was changed',
  });
}
