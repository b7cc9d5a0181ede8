import { realpath, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { otherWriter } from '@auto-seg-loss/files';
import { systemReason } from '@auto-seg-loss/kernel';
import { foldersUp, isInside } from './project.ts';

/**
 * Why a file is not one of the user's own project: it lies elsewhere, or somebody else could have written it, or put it there.
 * @param top of the project. @returns undefined for one of the user's own.
 */
export async function whyForeign(path: string, top: string): Promise<string | undefined> {
  try {
    const [file, project] = await Promise.all([realpath(path), realpath(top)]);
    if (!isInside(file, project)) return `it lies outside of the current project, ${project}`;
    return await whyWritable(file, project);
  } catch (error) {
    return systemReason(error);
  }
}

/**
 * Why a module is not the user's own or root's: somebody else could have written it, or put it there.
 * @returns undefined for one's own, and for what is not there: that is told of where it is looked for.
 */
export async function whyNotMine(path: string): Promise<string | undefined> {
  const file = await realpath(path).catch(() => undefined);
  return file === undefined ? undefined : whyWritable(file, dirname(file));
}

/** Of a file and the folders above it up to `top`, the first that others may write. */
async function whyWritable(file: string, top: string): Promise<string | undefined> {
  for (const place of foldersUp(file)) {
    const reason = otherWriter(await stat(place));
    if (reason !== undefined) return place === file ? reason : `of its folder ${place}: ${reason}`;
    if (place === top) break;
  }
  return undefined;
}
