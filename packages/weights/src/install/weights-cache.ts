import { basename, join } from 'node:path';
import { AslError, aslCommand } from '@auto-seg-loss/kernel';
import type { Wanted } from '@auto-seg-loss/wheels';
import { INSTALLABLE, type InstallableWeights } from './catalogue.ts';

/** Where installed weights lie. */
export interface WeightsPaths {
  /** Holds all weights, downloads and the lock. */
  readonly root: string;
  readonly folder: string;
  readonly file: string;
  readonly downloads: string;
}

export function weightsPaths(cacheDir: string, { name, file }: InstallableWeights): WeightsPaths {
  const root = join(cacheDir, 'weights');
  const folder = join(root, name);
  return { root, folder, file: join(folder, basename(file)), downloads: join(root, 'downloads', name) };
}

/** How errors of an installation are told. */
export function wantedOf({ name }: Pick<InstallableWeights, 'name'>): Wanted {
  return { code: 'ASL_WEIGHTS_INSTALL', what: `the weights ${name}` };
}

/** @throws AslError ASL_WEIGHTS_MISSING for a name that no weights have. */
export function installableWeights(name: string, all: readonly InstallableWeights[] = INSTALLABLE): InstallableWeights {
  const found = all.find((weights) => weights.name === name);
  if (found !== undefined) return found;
  throw new AslError('ASL_WEIGHTS_MISSING', `no weights of the name "${name}" can be installed`, {
    where: name,
    expected: `one of: ${all.map((weights) => weights.name).join(', ')}`,
    received: JSON.stringify(name),
    remedy: `"${aslCommand('weights', 'list')}" says where other weights come from; a file of them is named by its path`,
  });
}
