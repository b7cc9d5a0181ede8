import { existsSync, readFileSync } from 'node:fs';
import { AslError } from '@auto-seg-loss/kernel';
import { defaultCacheDir, enginePaths, installedAddons, installedManifest } from './engine-cache.ts';
import { type EngineRelease, engineRelease } from './engine-release.ts';

/** What of the native engine is installed. */
export interface Found {
  /** The folder of the release. */
  readonly path: string;
  readonly release: EngineRelease | undefined;
  /** The folder of the addons; undefined if the engine cannot be used. */
  readonly addons: string | undefined;
  /** Why it cannot be used; empty if it can. */
  readonly problem: string;
}

/** Whether this machine has an NVIDIA GPU with a driver. */
export function gpuVisible(): boolean {
  return existsSync('/dev/nvidiactl') || existsSync('/proc/driver/nvidia/version');
}

/** Looks for an installed engine, without loading it. The GPU build comes first where there is a GPU. */
export function findInstalled(cacheDir: string = defaultCacheDir()): Found {
  const order = gpuVisible() ? [true, false] : [false, true];
  const found: Found[] = [];
  for (const gpu of order) found.push(lookFor(gpu, cacheDir));
  const usable = found.find((one) => one.addons !== undefined);
  const partial = found.find((one) => one.release !== undefined && existsSync(one.path));
  const cpu = found[order.indexOf(false)];
  return usable ?? partial ?? cpu ?? lookFor(false, cacheDir);
}

function lookFor(gpu: boolean, cacheDir: string): Found {
  let release: EngineRelease;
  try {
    release = engineRelease(gpu);
  } catch (error) {
    if (!(error instanceof AslError)) throw error;
    return { path: cacheDir, release: undefined, addons: undefined, problem: error.message };
  }
  const paths = enginePaths(cacheDir, release);
  const base = { path: paths.release, release };
  if (!existsSync(paths.release)) return { ...base, addons: undefined, problem: 'the native engine is not installed' };
  if (installedManifest(paths) === undefined) {
    return { ...base, addons: undefined, problem: 'the native engine is not completely installed' };
  }
  const addons = installedAddons(paths, release);
  if (addons === undefined) {
    return { ...base, addons, problem: 'the native engine was compiled from other sources than the present ones' };
  }
  // Loading it would end the process.
  if (!processorSuffices())
    return { ...base, addons: undefined, problem: 'the processor has no AVX, which TensorFlow needs' };
  return { ...base, addons, problem: '' };
}

/** Whether the processor has what TensorFlow's builds for x64 were compiled for; true where that cannot be told. */
function processorSuffices(): boolean {
  if (process.arch !== 'x64' || process.platform !== 'linux') return true;
  try {
    const flags = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1];
    return flags === undefined || flags.split(' ').includes('avx');
  } catch {
    return true;
  }
}
