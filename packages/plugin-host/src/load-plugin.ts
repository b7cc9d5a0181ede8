import { importModule, isPath } from '@auto-seg-loss/config';
import {
  AslError,
  isAslError,
  PLUGIN_KINDS,
  type Plugin,
  type PluginKind,
  type ReportMetric,
} from '@auto-seg-loss/kernel';
import { didYouMean } from '@auto-seg-loss/schema';
import { foldersOf, type PluginHome } from './context.ts';
import { type InstalledPlugin, installedPlugins } from './installed-plugins.ts';
import { locatePlugin, type PluginLocation } from './plugin-location.ts';
import { placeInStack } from './stack-place.ts';

/** A plugin with where it was found. */
export interface LoadedPlugin<K extends PluginKind = PluginKind> {
  readonly plugin: Plugin<K>;
  readonly location: PluginLocation;
}

/**
 * Imports the plugin that a config names.
 * @param where the config path that names it, such as `searcher`, for messages.
 * @throws AslError ASL_PLUGIN_NOT_FOUND with the nearest name and what is installed; ASL_PLUGIN_INVALID for a module that
 *   cannot be loaded, exports no plugin, or one of another kind.
 */
export async function loadPlugin<K extends PluginKind>(
  kind: K,
  use: string,
  home: PluginHome,
  where: string,
): Promise<LoadedPlugin<K>> {
  const passedBy = new Set<string>();
  const location = await locatePlugin(kind, use, home, (reason) => passedBy.add(reason));
  if (location === undefined) throw await notFound([kind], use, home, where, [...passedBy]);
  const plugin = await importPlugin(location, where);
  if (plugin.kind !== kind) {
    throw new AslError('ASL_PLUGIN_INVALID', `"${use}" is not a ${kind}`, {
      where: `${where}: ${location.file}`,
      expected: `a plugin of kind "${kind}"`,
      received: `the ${plugin.kind} "${plugin.name}"`,
    });
  }
  return { plugin: plugin as Plugin<K>, location };
}

/**
 * Imports the plugin that is meant by a name where one of several kinds is wanted; of two kinds with the same name, the first.
 * @throws AslError as `loadPlugin`.
 */
export async function loadPluginOf<K extends PluginKind>(
  kinds: readonly [K, ...K[]],
  use: string,
  home: PluginHome,
  where: string,
): Promise<LoadedPlugin<K>> {
  for (const kind of kinds) {
    const location = await locatePlugin(kind, use, home);
    if (location === undefined) continue;
    const plugin = await importPlugin(location, where);
    const wanted: readonly PluginKind[] = kinds;
    if (wanted.includes(plugin.kind)) return { plugin: plugin as Plugin<K>, location };
  }
  throw await notFound(kinds, use, home, where, []);
}

/** Imports a module and takes its plugin. @throws AslError ASL_PLUGIN_INVALID. */
export async function importPlugin(location: PluginLocation, where: string): Promise<Plugin<PluginKind>> {
  const { file } = location;
  const exported = await importModule(file).catch((cause: unknown) => {
    if (isAslError(cause)) throw cause;
    throw new AslError('ASL_PLUGIN_INVALID', 'the plugin could not be loaded', {
      where: `${where}: ${placeInStack(cause, location) ?? file}`,
      received: String(cause),
      cause,
    });
  });
  const fault = faultOf(exported);
  if (fault === undefined) return exported.plugin as Plugin<PluginKind>;
  throw new AslError('ASL_PLUGIN_INVALID', 'the module is no plugin', {
    where: `${where}: ${file}`,
    expected: 'export const plugin = definePlugin({ kind, name, summary, options, create })',
    received: fault,
  });
}

function faultOf(exported: Readonly<Record<string, unknown>>): string | undefined {
  const { plugin } = exported;
  if (typeof plugin !== 'object' || plugin === null) {
    const names = Object.keys(exported);
    return names.length === 0 ? 'a module without exports' : `the exports ${names.join(', ')}`;
  }
  const { kind, name, summary, options, create } = plugin as Readonly<Record<string, unknown>>;
  const kinds: readonly unknown[] = PLUGIN_KINDS;
  if (!kinds.includes(kind)) return `kind ${JSON.stringify(kind)}, which is none of ${PLUGIN_KINDS.join(', ')}`;
  if (typeof name !== 'string' || typeof summary !== 'string') return 'a plugin without name or summary';
  if (typeof options !== 'object' || options === null || !('_zod' in options))
    return 'options that are no schema of zod 4';
  if (typeof create !== 'function') return 'a plugin without create';
  return undefined;
}

/** @param kinds that are wanted there, one or more. */
async function notFound(
  kinds: readonly PluginKind[],
  use: string,
  home: PluginHome,
  where: string,
  passedBy: readonly string[],
): Promise<AslError> {
  const { baseDir, packagesFrom } = foldersOf(home);
  const title = `${kinds[0]} "${use}" (${where}) was not found`;
  if (isPath(use)) {
    return new AslError('ASL_PLUGIN_NOT_FOUND', title, {
      where: baseDir,
      expected: 'a module file, or a folder whose package.json names one; the path starts at the folder of the config',
    });
  }
  const installed = await listedFor(home, packagesFrom);
  const names = installed.flatMap((each) => (kinds.some((kind) => kind === each.kind) ? [each.name] : []));
  const other = installed.find((each) => each.name === use)?.kind;
  if (other === 'report-metric') return onlyReported(use, names, home, where);
  const remedy = didYouMean(use, names) ?? (other === undefined ? undefined : `"${use}" is a ${other}.`);
  const packages = use.includes('/')
    ? use
    : kinds.map((kind) => `@auto-seg-loss/${kind}-${use}, auto-seg-loss-${kind}-${use}`).join(', ');
  return new AslError('ASL_PLUGIN_NOT_FOUND', title, {
    expected: `the package ${packages}; or one of the installed: ${names.join(', ') || '(none)'}`,
    ...(passedBy.length === 0 ? {} : { received: passedBy.join('; ') }),
    ...(remedy === undefined ? {} : { remedy }),
  });
}

/** Of a metric that is wanted for what needs a loss. */
async function onlyReported(use: string, names: readonly string[], home: PluginHome, where: string): Promise<AslError> {
  const { plugin } = await loadPlugin('report-metric', use, home, where);
  const { searchable } = (await plugin.create(plugin.options.parse({}), NOWHERE)) as ReportMetric;
  const instead = searchable === undefined ? '' : `take "${searchable}" in its place; `;
  return new AslError('ASL_PLUGIN_NOT_FOUND', `"${use}" (${where}) is only reported`, {
    expected: `a metric that is made of sums over pixels, so that it has a loss: ${names.join(', ')}`,
    received: `"${use}", which is not`,
    remedy: `${instead}asl evaluate --metrics ${use} says its value`,
  });
}

const NOWHERE = { baseDir: '.', cacheDir: '.' };

/** What was installed as a home's first plugin was missing: a config with hundreds of wrong names has it listed once. */
const listed = new WeakMap<object, Promise<readonly InstalledPlugin[]>>();

function listedFor(home: PluginHome, packagesFrom: string): Promise<readonly InstalledPlugin[]> {
  if (typeof home === 'string') return installedPlugins(packagesFrom);
  const known = listed.get(home) ?? installedPlugins(packagesFrom);
  listed.set(home, known);
  return known;
}
