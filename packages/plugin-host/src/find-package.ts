import { realpath, stat } from 'node:fs/promises';
import { dirname, join, sep } from 'node:path';
import { otherWriter, readTextInput, UnreadableFile } from '@auto-seg-loss/files';
import { AslError } from '@auto-seg-loss/kernel';
import { exports as resolveExports } from 'resolve.exports';

/** The part of a package.json that plugins are found by. */
export interface Manifest {
  readonly name?: string;
  readonly version?: string;
  readonly keywords?: readonly string[];
  readonly main?: string;
  readonly exports?: unknown;
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
 * Finds a package as Node does: in the node_modules folders of `from` and of the folders above it. One that somebody else
 * could have put there is passed by: above a folder in /tmp, say, anybody can make a node_modules.
 * @param passedBy hears of such.
 * @returns undefined where it is not installed.
 */
export async function findPackage(
  name: string,
  from: string,
  passedBy: (reason: string) => void = () => {},
): Promise<FoundPackage | undefined> {
  for (const nodeModules of nodeModulesFolders(from)) {
    const found = await readPackage(join(nodeModules, name));
    const foreign = found === undefined ? undefined : await whyForeign(nodeModules, found);
    if (foreign === undefined && found !== undefined) return found;
    if (foreign !== undefined) passedBy(`${join(nodeModules, name)} is not used: ${foreign}`);
  }
  return undefined;
}

/** Why a package may not be what was installed: who else could have put it there. */
export async function whyForeign(nodeModules: string, { folder }: FoundPackage): Promise<string | undefined> {
  for (const place of [nodeModules, folder, join(folder, 'package.json')]) {
    const reason = otherWriter(await stat(place));
    if (reason !== undefined) return place === folder ? reason : `of ${place}: ${reason}`;
  }
  return undefined;
}

const MOST_BYTES = 2 ** 20;

/**
 * Reads the package in a folder.
 * @returns undefined where the folder holds none.
 * @throws AslError ASL_PLUGIN_INVALID for one whose package.json cannot be read.
 */
export async function readPackage(folder: string): Promise<FoundPackage | undefined> {
  const file = join(folder, 'package.json');
  try {
    const manifest = manifestOf(JSON.parse(await readTextInput(file, MOST_BYTES)));
    return { folder: await realpath(folder), manifest };
  } catch (cause) {
    const { code } = ((cause as Error).cause ?? {}) as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new AslError('ASL_PLUGIN_INVALID', 'a package.json cannot be read', {
      where: file,
      expected: 'the JSON of an object',
      received: cause instanceof UnreadableFile ? cause.message : 'no such JSON',
      cause,
    });
  }
}

/** What is not of the type that it has in a package.json counts as not there. */
function manifestOf(read: unknown): Manifest {
  if (typeof read !== 'object' || read === null || Array.isArray(read)) throw new TypeError('no object');
  const { name, version, keywords, main, ...rest } = read as Readonly<Record<string, unknown>>;
  return {
    ...(typeof name === 'string' ? { name } : {}),
    ...(typeof version === 'string' ? { version } : {}),
    ...(Array.isArray(keywords) ? { keywords: keywords.map(String) } : {}),
    ...(typeof main === 'string' ? { main } : {}),
    ...('exports' in rest ? { exports: rest.exports } : {}),
  };
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
 * @returns undefined where the package exports no such module, or one outside of itself.
 */
export async function entryFile(
  { folder, manifest }: FoundPackage,
  subpath = '.',
  sources: boolean = FROM_SOURCES,
): Promise<string | undefined> {
  const conditions = sources ? ['source'] : [];
  const target = exportTarget(manifest, subpath, conditions);
  if (target === undefined) return undefined;
  const file = join(folder, target);
  if (!file.startsWith(`${folder}${sep}`)) return undefined;
  // What is not there is told of where it is imported.
  const real = await realpath(file).catch(() => file);
  return real.startsWith(`${folder}${sep}`) ? real : undefined;
}

function exportTarget(manifest: Manifest, subpath: string, conditions: readonly string[]): string | undefined {
  if (!('exports' in manifest)) {
    return subpath === '.' ? (manifest.main ?? 'index.js') : subpath;
  }
  try {
    return resolveExports(manifest as Readonly<Record<string, unknown>>, subpath, { conditions })?.[0];
  } catch {
    // It throws where no condition or no subpath fits.
    return undefined;
  }
}
