import { realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
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
 * Packages are looked for from `baseDir`, then from the runtime itself.
 * @returns undefined where there is nothing of that name.
 */
export async function locatePlugin(kind: string, use: string, baseDir: string): Promise<PluginLocation | undefined> {
  if (isPath(use)) return locatePath(resolve(baseDir, use));
  for (const { name, subpath, mustBePlugin } of candidates(kind, use)) {
    for (const from of [baseDir, RUNTIME_FOLDER]) {
      const found = await findPackage(name, from);
      if (found === undefined || (mustBePlugin && !isPlugin(found))) continue;
      const file = entryFile(found, subpath);
      if (file !== undefined) return { file: await realpath(file).catch(() => file), package: found };
    }
  }
  return undefined;
}

/** Whether `use` is a path, not a name. */
export function isPath(use: string): boolean {
  return use === '.' || use === '..' || use.startsWith('./') || use.startsWith('../') || isAbsolute(use);
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

function candidates(kind: string, use: string): readonly Candidate[] {
  const parts = use.split('/');
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
  if (!info.isDirectory()) return { file: await realpath(path), package: undefined };
  const found = await readPackage(path);
  // Who names a folder works on it: an older build must not run in place of what stands there.
  const file = found === undefined ? undefined : entryFile(found, '.', true);
  return file === undefined ? undefined : { file, package: found };
}
