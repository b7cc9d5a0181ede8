import { availableParallelism } from 'node:os';
import { inputSchema } from '@auto-seg-loss/schema';
import { configDefaults } from './defaults.ts';
import type { Layer } from './layers.ts';
import { asList } from './list-values.ts';
import { isTree, type LeftBehind, mergeConfigs } from './merge.ts';
import { type Override, parseValue, SET_SOURCE, treeAt } from './overrides.ts';
import type { PluginOptions } from './plugin-options.ts';
import { PLUGIN_FIELDS } from './run-config.ts';
import { configSchema } from './schema.ts';
import { withoutUnset } from './unset.ts';

type Tree = Readonly<Record<string, unknown>>;

/** Looks up the options of a plugin; undefined where it cannot be loaded. */
export type LookUp = (kind: string, use: string) => Promise<PluginOptions | undefined>;

const { surrogate, searcher, dataset, network } = configDefaults;
/** The defaults that options of a config merge into; the schema fills in the others. */
const DEFAULTS: Tree = { surrogate, searcher, dataset, network };
/** The same, without their options: nobody wrote those for the plugin, so another one does not inherit them. */
const DEFAULT_USES: Tree = Object.fromEntries(
  Object.entries({ surrogate, searcher, dataset, network }).map(([field, { use }]) => [field, { use }]),
);

/** A layer for each `--set`; `a,b` is a list where the config's schema, or that of the plugin, wants one. */
export async function overrideLayers(
  overrides: readonly Override[],
  files: readonly Layer[],
  known: LookUp,
): Promise<readonly Layer[]> {
  const layers = overrides.map(({ path, value }) => ({ source: SET_SOURCE, value: treeAt(path, value) }));
  const { value: all } = mergeConfigs([DEFAULT_USES, ...[...files, ...layers].map((layer) => layer.value)]);
  const config = inputSchema(configSchema);
  const listed = overrides.map(async ({ path, value }): Promise<Layer> => {
    const [field = '', ...rest] = path;
    const use = usedIn(all, field);
    const plugin = use === undefined || rest.length === 0 ? undefined : await known(field, use);
    const list =
      plugin === undefined ? asList(config, path, value, parseValue) : asList(plugin.schema, rest, value, parseValue);
    return { source: SET_SOURCE, value: treeAt(path, list) };
  });
  return Promise.all(listed);
}

/** All layers over each other and over the defaults, with what was unset taken out. */
export async function settled(
  written: readonly Layer[],
  known: LookUp,
): Promise<{ readonly merged: Tree; readonly notes: readonly string[] }> {
  const { value, leftBehind } = mergeConfigs([DEFAULT_USES, ...written.map((layer) => layer.value)]);
  const said = withoutUnset(inputSchema(configSchema), value);
  const taken = await Promise.all(leftBehind.map((left) => takenOver(left, said, known)));
  const { value: merged } = mergeConfigs([
    { workers: availableParallelism(), ...DEFAULTS },
    ...taken.map(({ options }) => options),
    said,
  ]);
  return { merged, notes: taken.flatMap(({ note }) => note) };
}

/** What the plugin that is used now takes of the options that were written for the one before, and a sentence about the rest. */
async function takenOver(
  { field, of, options }: LeftBehind,
  said: Tree,
  known: LookUp,
): Promise<{ readonly options: Tree; readonly note: readonly string[] }> {
  const use = usedIn(said, field);
  const { use: _, ...own } = isTree(said[field]) ? said[field] : {};
  const others = Object.fromEntries(Object.entries(options).filter(([name]) => !Object.hasOwn(own, name)));
  if (use === undefined || Object.keys(others).length === 0) return { options: {}, note: [] };
  const plugin = await known(field, use);
  const taken = plugin?.taken(others, own) ?? {};
  const kept = Object.keys(taken);
  const left = Object.keys(others).filter((name) => !kept.includes(name));
  const parts = [
    ...(kept.length === 0 ? [] : [`${kept.join(', ')} of the one before ${kept.length === 1 ? 'is' : 'are'} kept`]),
    ...(left.length === 0 ? [] : [`${left.join(', ')} ${left.length === 1 ? 'is' : 'are'} left out`]),
  ];
  return {
    options: { [field]: { use, ...taken } },
    note: [`${field} is ${use} in place of ${of}: ${parts.join('; ')}.`],
  };
}

function usedIn(config: Tree, field: string): string | undefined {
  const plugins: readonly string[] = PLUGIN_FIELDS;
  const value = plugins.includes(field) ? config[field] : undefined;
  const use = isTree(value) ? value.use : value;
  return typeof use === 'string' ? use : undefined;
}
