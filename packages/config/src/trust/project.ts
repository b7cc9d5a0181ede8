import { stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, parse, relative, resolve, sep } from 'node:path';
import { otherWriter } from '@auto-seg-loss/files';

/** What marks the top folder of a project. */
export const PROJECT_MARKS: readonly string[] = ['package.json', '.git'];

/** The folder tree in which a user works. */
export interface Project {
  readonly top: string;
  /** Whether a mark says so; without one, the current folder is all that is known. */
  readonly marked: boolean;
}

/**
 * The project of the current folder: the outermost folder with a mark (a package inside of a repository belongs to the
 * repository), below the user's home; where there is none, the current folder. A mark that somebody else could have put
 * there counts for nothing.
 */
export async function projectOf(cwd: string): Promise<Project> {
  let top: string | undefined;
  for (const folder of foldersUp(resolve(cwd))) {
    if (folder === homedir() || folder === parse(folder).root) break;
    const found = await stat(folder).catch(() => undefined);
    if (found !== undefined && otherWriter(found) === undefined && (await isMarked(folder))) top = folder;
  }
  return { top: top ?? resolve(cwd), marked: top !== undefined };
}

/** A folder and all above it, from the inside out. */
export function foldersUp(folder: string): readonly string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...foldersUp(parent)];
}

/** Whether a path is `folder` or lies in it; both absolute. */
export function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && parse(way).root === '');
}

async function isMarked(folder: string): Promise<boolean> {
  for (const mark of PROJECT_MARKS) if (await exists(join(folder, mark))) return true;
  return false;
}

/** Whether anything is there. */
export async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
