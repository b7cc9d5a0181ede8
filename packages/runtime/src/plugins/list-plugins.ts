import { isAslError } from '@auto-seg-loss/kernel';
import { entryFile } from './find-package.ts';
import { type InstalledPlugin, installedPlugins } from './installed-plugins.ts';
import { importPlugin } from './load-plugin.ts';
import { type OptionInfo, optionInfo } from './option-info.ts';

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
    const { name = '', version = '' } = installed.package.manifest;
    try {
      plugins.push({ ...(await describe(installed)), package: name, version });
    } catch (error) {
      broken.push({ package: name, version, problem: isAslError(error) ? error.format() : String(error) });
    }
  }
  return { plugins, broken };
}

async function describe(
  installed: InstalledPlugin,
): Promise<Pick<PluginInfo, 'kind' | 'name' | 'summary' | 'options'>> {
  const file = entryFile(installed.package);
  if (file === undefined) throw new Error('its package.json exports no module');
  const { kind, name, summary, options } = await importPlugin({ file, package: installed.package }, 'asl plugins');
  return { kind, name, summary, options: optionInfo(options) };
}
