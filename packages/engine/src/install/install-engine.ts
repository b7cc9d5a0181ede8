import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';
import {
  defaultCacheDir,
  downloadWheel,
  explainInstallation,
  type ReportProgress,
  refuseUnsafeCache,
  type Tool,
  withInstallLock,
} from '@auto-seg-loss/wheels';
import { engineAddons } from './addon-sources.ts';
import { compileAddon } from './compile-addon.ts';
import { type EnginePaths, enginePaths, installedAddons, installedManifest } from './engine-cache.ts';
import type { InstalledFile } from './engine-manifest.ts';
import { type EngineRelease, engineRelease } from './engine-release.ts';
import { findCompiler } from './find-tools.ts';
import { type InstallSteps, installAddons, installAll, PARTIAL, TENSORFLOW } from './install-release.ts';
import { firstDamaged } from './verify-installed.ts';

export interface InstallOptions {
  /** The build for CUDA GPUs (Linux on x64). */
  readonly gpu?: boolean;
  /** Default: see `defaultCacheDir`. */
  readonly cacheDir?: string;
  /** Installs again what is there. */
  readonly force?: boolean;
  readonly onProgress?: ReportProgress;
}

export interface InstalledEngine {
  /** The folder of the release. */
  readonly path: string;
  readonly libraryVersion: string;
  readonly gpu: boolean;
  /** Nothing had to be done. */
  readonly alreadyInstalled: boolean;
}

const steps: InstallSteps = {
  release: engineRelease,
  prepare: async () => void (await requireCompiler()),
  download: (wheel, folder, report) => downloadWheel(wheel, folder, report, TENSORFLOW),
  compile: compileAddons,
};

/**
 * Installs the native engine: downloads the TensorFlow library (pinned by SHA-256), unpacks it into the cache, and compiles
 * the addons against it. Does nothing where that is done; repairs what is half done. Processes that install at once wait for
 * each other. Everything is built beside its place and renamed into it, manifest last.
 * @throws AslError ASL_ENGINE_INSTALL with what to do about it.
 */
export async function installEngine(
  options: InstallOptions = {},
  using: InstallSteps = steps,
): Promise<InstalledEngine> {
  const report: ReportProgress = options.onProgress ?? (() => {});
  const release = using.release(options.gpu ?? false);
  const cacheDir = options.cacheDir ?? defaultCacheDir();
  const paths = enginePaths(cacheDir, release);
  const result = (alreadyInstalled: boolean): InstalledEngine => ({
    path: paths.release,
    libraryVersion: release.libraryVersion,
    gpu: release.gpu,
    alreadyInstalled,
  });
  refuseUnsafeCache(cacheDir, [paths.release, paths.addons, paths.downloads], TENSORFLOW);
  const isDone = (): boolean => options.force !== true && isSound(paths, release);
  if (isDone()) return result(true);
  try {
    return await withInstallLock(
      paths.root,
      TENSORFLOW,
      () => report({ phase: 'wait', message: 'another process is installing' }),
      async () => {
        // The other process may have done it.
        if (isDone()) return result(true);
        await removePartial(paths.root);
        await using.prepare();
        if (options.force === true || !isLibrarySound(paths)) {
          await installAll(paths, release, using, report);
        } else {
          await installAddons(paths, release, using, report);
        }
        return result(false);
      },
    );
  } catch (error) {
    throw explainInstallation(error, paths.root, TENSORFLOW);
  }
}

/** Whether the library is there, with the content that it was installed with. */
function isLibrarySound(paths: EnginePaths): boolean {
  const manifest = installedManifest(paths);
  return manifest !== undefined && firstDamaged([{ folder: paths.release, manifest }], paths.verified) === undefined;
}

/** The same, with the addons made of the present sources. */
function isSound(paths: EnginePaths, release: EngineRelease): boolean {
  const addons = installedAddons(paths, release);
  return addons !== undefined && isLibrarySound(paths) && firstDamaged([addons], paths.verified) === undefined;
}

async function requireCompiler(): Promise<Tool> {
  const compiler = await findCompiler();
  if (compiler !== undefined) return compiler;
  throw new AslError('ASL_ENGINE_INSTALL', 'no C++ compiler was found', {
    expected: 'g++ (or clang++, or the one that CXX names), to compile the binding to TensorFlow',
    remedy: 'install one (Debian, Ubuntu: apt install g++; Fedora: dnf install gcc-c++) and run it again',
  });
}

async function compileAddons(library: string, folder: string, report: ReportProgress): Promise<InstalledFile[]> {
  const compiler = await requireCompiler();
  return Promise.all(
    Object.values(engineAddons()).map((addon) => {
      report({ phase: 'compile', message: addon.file });
      return compileAddon(addon, compiler, library, '../../tensorflow', folder);
    }),
  );
}

/** Removes what a killed installation has left; only under the lock. */
async function removePartial(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (name.startsWith(PARTIAL)) await rm(join(root, name), { recursive: true, force: true });
  }
}
