import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { addonsKey } from './addon-sources.ts';
import { type EngineManifest, readManifest } from './engine-manifest.ts';
import type { EngineRelease } from './engine-release.ts';
import type { Installation } from './verify-installed.ts';

/** Where the parts of an installed engine lie. */
export interface EnginePaths {
  /** Holds all releases, downloads and the lock. */
  readonly root: string;
  readonly release: string;
  readonly manifest: string;
  /** What is known of files that were checked. */
  readonly verified: string;
  /** The folder of libtensorflow_cc.so.2, and of include/. */
  readonly library: string;
  readonly addons: string;
  readonly downloads: string;
}

/** The paths of a release in a cache folder. */
export function enginePaths(cacheDir: string, release: EngineRelease): EnginePaths {
  const root = join(cacheDir, 'engine');
  const folder = join(root, release.name);
  return {
    root,
    release: folder,
    manifest: join(folder, 'manifest.json'),
    verified: join(folder, 'verified.json'),
    library: join(folder, 'tensorflow'),
    addons: join(folder, 'addons'),
    downloads: join(root, 'downloads', release.name),
  };
}

/** The manifest of a release whose files are all there with their sizes; undefined if anything is missing. */
export function installedManifest(paths: EnginePaths): EngineManifest | undefined {
  return existsSync(paths.manifest) ? readManifest(paths.release, paths.manifest) : undefined;
}

/** The addons made of the present sources; undefined if they are not there or not whole. */
export function installedAddons(paths: EnginePaths, release: EngineRelease): Installation | undefined {
  const folder = join(paths.addons, addonsKey(release));
  const manifest = readManifest(folder, join(folder, 'manifest.json'));
  return manifest === undefined ? undefined : { folder, manifest };
}
