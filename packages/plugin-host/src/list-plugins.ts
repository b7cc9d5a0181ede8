import { jsonSchema, PLUGIN_FIELDS } from '@auto-seg-loss/config';
import { isAslError, type Plugin, type PluginKind } from '@auto-seg-loss/kernel';
import { entryFile } from './find-package.ts';
import { type InstalledPlugin, installedPlugins } from './installed-plugins.ts';
import { importPlugin } from './load-plugin.ts';
import { type OptionInfo, optionInfo } from './option-info.ts';
import { RUNTIME_FOLDER } from './plugin-location.ts';

/** An installed plugin, as `asl plugins` shows it. */
export interface PluginInfo {
  readonly kind: string;
  readonly name: string;
  readonly summary: string;
  readonly package: string;
  readonly version: string;
  readonly options: readonly OptionInfo[];
}

/** A plugin package that does not work. */
export interface BrokenPlugin {
  readonly package: string;
  readonly version: string;
  /** What is wrong with it. */
  readonly problem: string;
}

/** Loads all plugins that are installed for a config in `baseDir`: those of its project and those that come with the runtime. */
export async function listPlugins(
  baseDir: string,
): Promise<{ readonly plugins: readonly PluginInfo[]; readonly broken: readonly BrokenPlugin[] }> {
  const plugins: PluginInfo[] = [];
  const broken: BrokenPlugin[] = [];
  for (const installed of await installedPlugins(baseDir)) {
    const { name: packageName = '', version = '' } = installed.package.manifest;
    try {
      const { kind, name, summary, options } = await loadInstalled(installed);
      plugins.push({ kind, name, summary, package: packageName, version, options: optionInfo(options) });
    } catch (error) {
      broken.push({ package: packageName, version, problem: isAslError(error) ? error.format() : String(error) });
    }
  }
  return { plugins, broken };
}

/**
 * The JSON Schema of configs, with the options of the plugins that come with the runtime: what editors complete and check.
 * @throws AslError ASL_PLUGIN_INVALID where one of them does not work.
 */
export async function configJsonSchema(): Promise<Readonly<Record<string, unknown>>> {
  const installed = await installedPlugins(RUNTIME_FOLDER);
  const kinds: readonly unknown[] = [...PLUGIN_FIELDS, 'constraint', 'decoder'];
  const ours = installed.filter(
    (each) => each.package.manifest.name?.startsWith('@auto-seg-loss/') === true && kinds.includes(each.kind),
  );
  return jsonSchema(await Promise.all(ours.map(loadInstalled)));
}

async function loadInstalled(installed: InstalledPlugin): Promise<Plugin<PluginKind>> {
  const file = await entryFile(installed.package);
  if (file === undefined) throw new Error('its package.json exports no module');
  return importPlugin({ file, package: installed.package }, installed.package.manifest.name ?? installed.name);
}
