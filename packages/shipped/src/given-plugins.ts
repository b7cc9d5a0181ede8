import { AslError, PLUGIN_KINDS, type Plugin } from '@auto-seg-loss/kernel';
import { shippedPlugins } from './shipped-plugins.ts';

/**
 * Plugins that a program hands in beside the shipped ones: a list, where each goes by its own name; or an object, where each
 * goes by its key too, for files that name a plugin by its path: `{ './metric-f2': plugin }`.
 */
export type GivenPlugins = readonly Plugin[] | Readonly<Record<string, Plugin>>;

/**
 * A plugin by the name that a file or a program uses: its own, its package's, or the key that it was given by.
 * @returns undefined where there is none of that kind.
 * @throws AslError ASL_PLUGIN_INVALID for one that was given and is no plugin.
 */
export function findPlugin(kind: string, use: string, given: GivenPlugins): Plugin | undefined {
  const entries = Object.entries(given) as readonly (readonly [string, Plugin])[];
  for (const [key, plugin] of entries) checkPlugin(key, plugin);
  const keyed = Array.isArray(given) ? [] : entries;
  const byKey = keyed.find(([key, plugin]) => key === use && plugin.kind === kind)?.[1];
  if (byKey !== undefined) return byKey;
  return [...entries.map(([, plugin]) => plugin), ...shippedPlugins].find(
    (plugin) => plugin.kind === kind && namesOf(plugin).includes(use),
  );
}

/** The names of a kind's plugins, for messages. */
export function knownNames(kind: string, given: GivenPlugins): readonly string[] {
  const all: readonly Plugin[] = [...Object.values(given), ...shippedPlugins];
  return [...new Set(all.filter((plugin) => plugin.kind === kind).map(({ name }) => name))];
}

function namesOf({ kind, name }: Plugin): readonly string[] {
  return [name, `@auto-seg-loss/${kind}-${name}`, `auto-seg-loss-${kind}-${name}`];
}

function checkPlugin(key: string, plugin: unknown): void {
  const fields = typeof plugin === 'object' && plugin !== null ? (plugin as Readonly<Record<string, unknown>>) : {};
  const kinds: readonly unknown[] = PLUGIN_KINDS;
  const { kind, name, options, create } = fields;
  const isSchema = typeof options === 'object' && options !== null && '_zod' in options;
  if (kinds.includes(kind) && typeof name === 'string' && isSchema && typeof create === 'function') return;
  throw new AslError('ASL_PLUGIN_INVALID', 'what was given as a plugin is none', {
    where: `plugins, ${key}`,
    expected: 'the export `plugin` of a plugin’s module: import { plugin } from …',
    received: 'plugin' in fields ? 'a whole module' : typeof plugin,
  });
}
