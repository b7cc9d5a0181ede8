import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AslError, aslCommand } from '@auto-seg-loss/kernel';
import { defaultCacheDir, SAFE_CACHE, type UnsafePlace, unsafePlace } from '@auto-seg-loss/wheels';
import { enginePaths, installedAddons, installedManifest } from './engine-cache.ts';
import { type EngineRelease, engineRelease } from './engine-release.ts';
import { firstDamaged, type Installation } from './verify-installed.ts';

/** What of the native engine is installed. */
export interface Found {
  /** The folder of the release. */
  readonly path: string;
  readonly release: EngineRelease | undefined;
  /** The folder of the addons; undefined if the engine cannot be used. */
  readonly addons: string | undefined;
  /** Why it cannot be used; empty if it can. */
  readonly problem: string;
  /** What to do about the problem. */
  readonly remedy: string;
}

/** Whether this machine has an NVIDIA GPU with a driver. */
export function gpuVisible(): boolean {
  return existsSync('/dev/nvidiactl') || existsSync('/proc/driver/nvidia/version');
}

/**
 * Looks for an installed engine that may be loaded: whole, in a cache that nobody else can write, and what it was when it was
 * installed. Loads nothing. The GPU build comes first where there is a GPU.
 */
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
  const flags = gpu ? ['--gpu'] : [];
  const install = aslCommand('engine', 'install', ...flags);
  let release: EngineRelease;
  try {
    release = engineRelease(gpu);
  } catch (error) {
    if (!(error instanceof AslError)) throw error;
    return { path: cacheDir, release: undefined, addons: undefined, problem: error.message, remedy: install };
  }
  const paths = enginePaths(cacheDir, release);
  const unusable = (problem: string, remedy: string = install): Found => {
    return { path: paths.release, release, addons: undefined, problem, remedy };
  };
  if (!existsSync(paths.release)) return unusable('the native engine is not installed');
  const unsafe = unsafePlace(cacheDir, [paths.release, paths.manifest]);
  if (unsafe !== undefined) return unusable(unsafeText(unsafe), SAFE_CACHE);
  const manifest = installedManifest(paths);
  if (manifest === undefined) return unusable('the native engine is not completely installed');
  const addons = installedAddons(paths, release);
  if (addons === undefined) return unusable('the native engine was compiled from other sources than the present ones');
  const installations = [{ folder: paths.release, manifest }, addons];
  const open = unsafePlace(cacheDir, installations.flatMap(filesOf));
  if (open !== undefined) return unusable(unsafeText(open), SAFE_CACHE);
  // Loading it would end the process.
  if (!processorSuffices()) return unusable('the processor has no AVX, which TensorFlow needs');
  const damaged = firstDamaged(installations, paths.verified);
  if (damaged !== undefined) return unusable(`a file of the native engine is not what was installed: ${damaged}`);
  return { path: paths.release, release, addons: addons.folder, problem: '', remedy: '' };
}

function filesOf({ folder, manifest }: Installation): readonly string[] {
  return [join(folder, 'manifest.json'), ...manifest.files.map(({ path }) => join(folder, path))];
}

function unsafeText({ place, reason }: UnsafePlace): string {
  return `the engine is not loaded from a cache that others can write: ${reason}, ${place}`;
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
