import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PLUGIN_KINDS, type PluginKind } from '@auto-seg-loss/kernel';
import { type FoundPackage, nodeModulesFolders, readPackage, whyForeign } from './find-package.ts';
import { isPlugin, RUNTIME_FOLDER } from './plugin-location.ts';

/** A plugin package, known by its package.json alone. */
export interface InstalledPlugin {
  /** By the package's name; undefined where it does not follow `…<kind>-<name>`. */
  readonly kind: PluginKind | undefined;
  /** The name that a config would use: `miou`, or the whole package name. */
  readonly name: string;
  readonly package: FoundPackage;
}

/** All packages with the keyword `auto-seg-loss-plugin` that a config in `baseDir` could name, by package name; without those that somebody else could have put there. */
export async function installedPlugins(baseDir: string): Promise<readonly InstalledPlugin[]> {
  const folders = new Set([...nodeModulesFolders(baseDir), ...nodeModulesFolders(RUNTIME_FOLDER)]);
  const byName = new Map<string, InstalledPlugin>();
  for (const folder of folders) {
    for (const path of await packageFolders(folder)) {
      // A package that cannot be read is no plugin that a config could use; naming it says why.
      const found = await readPackage(path).catch(() => undefined);
      if (found !== undefined && (await whyForeign(folder, found)) !== undefined) continue;
      const name = found?.manifest.name;
      // The nearest one is the one that Node takes.
      if (found !== undefined && name !== undefined && isPlugin(found) && !byName.has(name)) {
        byName.set(name, { ...kindAndName(name), package: found });
      }
    }
  }
  return [...byName.values()].sort((a, b) =>
    String(a.package.manifest.name) < String(b.package.manifest.name) ? -1 : 1,
  );
}

async function packageFolders(nodeModules: string): Promise<readonly string[]> {
  const names = await readdir(nodeModules).catch(() => []);
  const folders = await Promise.all(
    names
      .filter((name) => !name.startsWith('.'))
      .map(async (name) => {
        const path = join(nodeModules, name);
        if (!basename(path).startsWith('@')) return [path];
        return (await readdir(path).catch(() => [])).map((scoped) => join(path, scoped));
      }),
  );
  return folders.flat();
}

function kindAndName(packageName: string): { readonly kind: PluginKind | undefined; readonly name: string } {
  for (const prefix of ['@auto-seg-loss/', 'auto-seg-loss-']) {
    if (!packageName.startsWith(prefix)) continue;
    const rest = packageName.slice(prefix.length);
    const kind = PLUGIN_KINDS.find((each) => rest.startsWith(`${each}-`));
    if (kind !== undefined) return { kind, name: rest.slice(kind.length + 1) };
  }
  return { kind: undefined, name: packageName };
}
