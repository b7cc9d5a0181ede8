import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { isPath } from '@auto-seg-loss/config';
import { locatePlugin, type RunContext } from '@auto-seg-loss/plugin-host';
import type { LossPart } from './loss-part.ts';
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
 * What a name means that is not one of the config's own.
 * @throws AslError ASL_LOSS_INVALID for a loss file that is none.
 */
export async function locatePart(name: string, place: Place): Promise<LossPart> {
  if (name.startsWith(PUBLISHED)) return { kind: 'published', metric: name.slice(PUBLISHED.length) };
  if (name.endsWith('.json')) return filePart(resolve(place.from, name));
  if (await isRunFolder(name, place)) return filePart(resolve(place.from, name, PRODUCT));
  return { kind: 'plugin', use: { use: name } };
}

async function filePart(path: string): Promise<LossPart> {
  return { kind: 'file', path, file: await readLossFile(path) };
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
