import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isPath } from '@auto-seg-loss/config';
import { isCurvesTerm, type LossFile } from '@auto-seg-loss/loss-file';
import { locatePlugin, type RunContext } from '@auto-seg-loss/plugin-host';
import type { LossTerm } from './loss-part.ts';
import { readLossFile } from './read-loss-file.ts';

/** Where names are looked for. */
export interface Place {
  /** Where relative paths of loss files and of the folders of searches start. */
  readonly from: string;
  readonly context: RunContext;
}

const PUBLISHED = 'published:';
/** The product of a search, in its folder. */
const PRODUCT = 'loss.json';

/** Whether there is something by this name that may hold a `+` or a `*`: a loss file, a folder of a search, a plugin's path. */
export function isThere(name: string, { from, context }: Place): boolean {
  if (name === '' || name.includes('\0')) return false;
  return (
    (name.endsWith('.json') && isFile(resolve(from, name))) ||
    isFile(resolve(from, name, PRODUCT)) ||
    (isPath(name) && existsSync(resolve(context.baseDir, name)))
  );
}

/**
 * What a name means that is not one of the config's own: one term, or those of its file.
 * @throws AslError ASL_LOSS_INVALID for a loss file that is none.
 */
export async function locateTerms(name: string, place: Place): Promise<readonly LossTerm[]> {
  if (name.startsWith(PUBLISHED))
    return [{ weight: 1, name, part: { kind: 'published', metric: name.slice(PUBLISHED.length) } }];
  const path = await pathOf(name, place);
  if (path === undefined) return [{ weight: 1, name, part: { kind: 'plugin', use: { use: name } } }];
  return termsOfFile(await readLossFile(path), path, name);
}

/** The terms that a loss file names, as those of a sum. @param name the file's, as it was written. */
export function termsOfFile(file: LossFile, path: string, name: string): readonly LossTerm[] {
  return file.terms.map((term): LossTerm => {
    const { weight } = term;
    if (isCurvesTerm(term)) return { weight, name, part: { kind: 'curves', path, file, term } };
    return { weight, name: term.loss.use, part: { kind: 'plugin', use: term.loss, path } };
  });
}

/** Of the loss file that a name means; undefined for the name of a plugin. */
async function pathOf(name: string, place: Place): Promise<string | undefined> {
  if (name.endsWith('.json')) return resolve(place.from, name);
  return (await isRunFolder(name, place)) ? resolve(place.from, name, PRODUCT) : undefined;
}

/** A bare name that is a loss plugin's means the plugin, whatever folders there are. */
async function isRunFolder(name: string, { from, context }: Place): Promise<boolean> {
  if (!isFile(resolve(from, name, PRODUCT))) return false;
  return isPath(name) || (await locatePlugin('loss', name, context)) === undefined;
}

function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    // Of a name that is too long, or that leads through a file: there is nothing of that name.
    return false;
  }
}
