import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { AslError, aslCommand } from '@auto-seg-loss/kernel';
import { defaultCacheDir, SAFE_CACHE, unsafePlace } from '@auto-seg-loss/wheels';
import { decodeWeights, readWeights, readWeightsBytes } from '../read-weights.ts';
import type { WeightsFile } from '../state-dict.ts';
import { INSTALLABLE, type InstallableWeights } from './catalogue.ts';
import { installableWeights, weightsPaths } from './weights-cache.ts';

/**
 * Reads weights as people name them: `efficientnet-lite0` as `asl weights install` put it into the cache, whose SHA-256 is
 * checked on what is read; everything else is a file.
 * @param folder what a relative path starts from. @param cacheDir default: see `defaultCacheDir`.
 * @throws AslError ASL_WEIGHTS_MISSING where it is not there or not installed, and as `readWeights`.
 */
export async function openWeights(
  use: string,
  folder: string = process.cwd(),
  cacheDir: string = defaultCacheDir(),
): Promise<WeightsFile> {
  const path = resolve(folder, use);
  const isName = INSTALLABLE.some(({ name }) => name === use);
  // A word alone is more likely a name than a file, unless there is one.
  const isPath = /[./\\]/.test(use) || existsSync(path);
  return isName || !isPath ? readInstalled(installableWeights(use), cacheDir) : readWeights(path);
}

/** @throws AslError ASL_WEIGHTS_MISSING, also for a file that is not what was installed, or that others could have put there. */
export async function readInstalled(weights: InstallableWeights, cacheDir: string): Promise<WeightsFile> {
  const { file } = weightsPaths(cacheDir, weights);
  const unusable = (received: string, remedy: string) =>
    new AslError('ASL_WEIGHTS_MISSING', `the weights ${weights.name} cannot be used`, {
      where: file,
      received,
      remedy,
    });
  const install = aslCommand('weights', 'install', weights.name);
  if (!existsSync(file)) throw unusable('they are not installed', `run "${install}"`);
  const unsafe = unsafePlace(cacheDir, [file]);
  if (unsafe !== undefined) throw unusable(`${unsafe.reason}: ${unsafe.place}`, SAFE_CACHE);
  const bytes = await readWeightsBytes(file);
  if (createHash('sha256').update(bytes).digest('hex') !== weights.sha256) {
    throw unusable('the file is not what was installed', `run "${install}" again`);
  }
  return decodeWeights(bytes, file);
}

/** Weights that can be installed, and whether they are. */
export interface ListedWeights extends Pick<InstallableWeights, 'name' | 'backbone' | 'data' | 'licence'> {
  /** Bytes of the file. */
  readonly bytes: number;
  /** Its path, where it is installed. */
  readonly path: string | null;
}

/** Looks at which weights are in the cache, by their size alone. */
export function listWeights(cacheDir: string = defaultCacheDir()): readonly ListedWeights[] {
  return INSTALLABLE.map((weights) => {
    const { name, backbone, data, licence, bytes } = weights;
    const { file } = weightsPaths(cacheDir, weights);
    const found = statSync(file, { throwIfNoEntry: false });
    return { name, backbone, data, licence, bytes, path: found?.size === bytes ? file : null };
  });
}
