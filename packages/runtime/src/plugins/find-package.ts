import { readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { exports as resolveExports } from 'resolve.exports';

/** The part of a package.json that plugins are found by. */
export interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly keywords?: readonly string[];
  readonly main?: string;
}

/** A package on disk. */
export interface FoundPackage {
  /** Real path, links followed. */
  readonly folder: string;
  readonly manifest: Manifest;
}

/** Run from its TypeScript sources, the runtime takes other packages' sources too, so that nothing is loaded twice. */
const FROM_SOURCES = import.meta.url.endsWith('.ts');

/**
 * Finds a package as Node does: in the node_modules folders of `from` and of the folders above it.
 * @returns undefined where it is not installed.
 */
export async function findPackage(name: string, from: string): Promise<FoundPackage | undefined> {
  for (const folder of nodeModulesFolders(from)) {
    const found = await readPackage(join(folder, name));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Reads the package in a folder. @returns undefined where the folder holds none. */
export async function readPackage(folder: string): Promise<FoundPackage | undefined> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as Manifest;
    return { folder: await realpath(folder), manifest };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw error;
  }
}

/** node_modules of a folder and of all above it, nearest first. */
export function nodeModulesFolders(from: string): readonly string[] {
  const folders = [join(from, 'node_modules')];
  for (let folder = from; dirname(folder) !== folder; ) {
    folder = dirname(folder);
    folders.push(join(folder, 'node_modules'));
  }
  return folders;
}

/**
 * The file that importing a package (or a subpath of it, such as `./metric`) loads.
 * @param sources whether its sources are meant, where its exports name them (the condition `source`).
 * @returns undefined where the package exports no such module.
 */
export function entryFile(
  { folder, manifest }: FoundPackage,
  subpath = '.',
  sources: boolean = FROM_SOURCES,
): string | undefined {
  const conditions = sources ? ['source'] : [];
  const target = exportTarget(manifest, subpath, conditions);
  return target === undefined ? undefined : join(folder, target);
}

function exportTarget(manifest: Manifest, subpath: string, conditions: readonly string[]): string | undefined {
  if (!('exports' in manifest)) {
    return subpath === '.' ? (manifest.main ?? 'index.js') : subpath;
  }
  try {
    return resolveExports(manifest, subpath, { conditions })?.[0];
  } catch {
    // It throws where no condition or no subpath fits.
    return undefined;
  }
}
