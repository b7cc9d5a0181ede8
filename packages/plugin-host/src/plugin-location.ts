import { realpath, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isPath } from '@auto-seg-loss/config';
import { foldersOf, type PluginHome } from './context.ts';
import { entryFile, type FoundPackage, findPackage, readPackage } from './find-package.ts';

/** The keyword in package.json that says a package is a plugin. */
export const PLUGIN_KEYWORD = 'auto-seg-loss-plugin';

/** Where a plugin's module lies. */
export interface PluginLocation {
  /** The module to import: an absolute path. */
  readonly file: string;
  /** The package it belongs to; undefined for a file of its own. */
  readonly package: FoundPackage | undefined;
}

/** Plugins that come with the runtime are found from here. */
export const RUNTIME_FOLDER: string = dirname(fileURLToPath(import.meta.url));

/**
 * Finds the module that a config means by `use`:
 * - `./metric.ts`, `../metrics`, an absolute path: a module file, or a folder with package.json, relative to `baseDir`;
 * - `miou`: the package `@auto-seg-loss/<kind>-miou`, then `auto-seg-loss-<kind>-miou`, then a plugin package named `miou`;
 * - `@acme/metrics` or `@acme/metrics/miou`: that package, or a module of it.
 * Packages are looked for from the home, then from the runtime itself.
 * @param passedBy hears of packages that are there and not used.
 * @returns undefined where there is nothing of that name.
 */
export async function locatePlugin(
  kind: string,
  use: string,
  home: PluginHome,
  passedBy: (reason: string) => void = () => {},
): Promise<PluginLocation | undefined> {
  const { baseDir, packagesFrom } = foldersOf(home);
  if (isPath(use)) return locatePath(resolve(baseDir, use));
  for (const { name, subpath, mustBePlugin } of candidates(kind, use)) {
    for (const from of [packagesFrom, RUNTIME_FOLDER]) {
      const found = await findPackage(name, from, passedBy);
      if (found === undefined || (mustBePlugin && !isPlugin(found))) continue;
      const file = await entryFile(found, subpath);
      if (file !== undefined) return { file, package: found };
    }
  }
  return undefined;
}

export function isPlugin({ manifest }: FoundPackage): boolean {
  return manifest.keywords?.includes(PLUGIN_KEYWORD) === true;
}

interface Candidate {
  readonly name: string;
  readonly subpath: string;
  /** A bare name must not run any package that happens to have it. */
  readonly mustBePlugin: boolean;
}

/** Of names of packages (npm's rule for all that were ever published), and of paths in them. */
const FIRST_PART = /^@?[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,213}$/;
const PART = /^[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,213}$/;

function candidates(kind: string, use: string): readonly Candidate[] {
  const parts = use.split('/');
  // A part such as ".." would lead out of node_modules, or out of the package.
  if (!parts.every((part, index) => (index === 0 ? FIRST_PART : PART).test(part))) return [];
  const nameLength = use.startsWith('@') ? 2 : 1;
  if (use.startsWith('@') || parts.length > 1) {
    const rest = parts.slice(nameLength).join('/');
    const name = parts.slice(0, nameLength).join('/');
    return [{ name, subpath: rest === '' ? '.' : `./${rest}`, mustBePlugin: false }];
  }
  return [
    { name: `@auto-seg-loss/${kind}-${use}`, subpath: '.', mustBePlugin: false },
    { name: `auto-seg-loss-${kind}-${use}`, subpath: '.', mustBePlugin: false },
    { name: use, subpath: '.', mustBePlugin: true },
  ];
}

async function locatePath(path: string): Promise<PluginLocation | undefined> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) return undefined;
  if (info.isFile()) return { file: await realpath(path), package: undefined };
  if (!info.isDirectory()) return undefined;
  const found = await readPackage(path);
  // Who names a folder works on it: an older build must not run in place of what stands there.
  const file = found === undefined ? undefined : await entryFile(found, '.', true);
  return file === undefined ? undefined : { file, package: found };
}
