import { mkdir, mkdtemp, open, rename, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { AslError } from '@auto-seg-loss/kernel';
import { extractWheel, type ReportProgress, type Wanted, type Wheel } from '@auto-seg-loss/wheels';
import { addonsKey } from './addon-sources.ts';
import type { EnginePaths } from './engine-cache.ts';
import type { EngineManifest, InstalledFile } from './engine-manifest.ts';
import type { EngineRelease } from './engine-release.ts';

/** How an installation gets at wheels and compiles; tests put their own in place. */
export interface InstallSteps {
  readonly release: (gpu: boolean) => EngineRelease;
  /** Fails early where a later step would. */
  readonly prepare: () => Promise<void>;
  readonly download: (wheel: Wheel, folder: string, report: ReportProgress) => Promise<string>;
  /** Compiles into `folder`, which is two levels below that of the library. */
  readonly compile: (library: string, folder: string, report: ReportProgress) => Promise<InstalledFile[]>;
}

/** What the wheels of a release hold. */
export const TENSORFLOW: Wanted = { code: 'ASL_ENGINE_INSTALL', what: 'the TensorFlow library' };

/** Begins the name of what is not complete yet, in the cache. */
export const PARTIAL = '.partial-';

/** The library with its addons; what was there before is in use until all is done. */
export async function installAll(
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
    files.push(...(await extractWheel(archive, wheel, folder, report, TENSORFLOW)));
  }
  const key = addonsKey(release);
  await buildAddons(join(folder, 'tensorflow'), join(folder, 'addons', key), key, using, report);
  await writeManifest(folder, { name: release.name, sources: release.wheels.map((wheel) => wheel.sha256), files });
  await replace(paths.release, folder, paths.root);
  await rm(paths.downloads, { recursive: true, force: true });
}

/** The addons for a library that is there. Those of other sources stay: another checkout may use them. */
export async function installAddons(
  paths: EnginePaths,
  release: EngineRelease,
  using: InstallSteps,
  report: ReportProgress,
): Promise<void> {
  const key = addonsKey(release);
  // As deep as the final place, which the addons find the library from.
  const partial = await mkdtemp(join(paths.root, PARTIAL));
  const folder = join(partial, key);
  await buildAddons(paths.library, folder, key, using, report);
  await mkdir(paths.addons, { recursive: true });
  await replace(join(paths.addons, key), folder, paths.root);
  await rm(partial, { recursive: true, force: true });
}

async function buildAddons(
  library: string,
  folder: string,
  key: string,
  using: InstallSteps,
  report: ReportProgress,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  const files = await using.compile(library, folder, report);
  await writeManifest(folder, { name: key, sources: [key], files });
}

/** Puts a folder in the place of another, which may not exist. */
async function replace(place: string, folder: string, root: string): Promise<void> {
  const old = await mkdtemp(join(root, PARTIAL));
  await rename(place, join(old, 'replaced')).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
  });
  await rename(folder, place);
  await rm(old, { recursive: true, force: true });
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
