import { isPath, pluginsIn, withoutUnset } from '@auto-seg-loss/config';
import {
  AslError,
  isAslError,
  type Json,
  type Plugin,
  type PluginContext,
  type PluginKind,
  type PluginProducts,
  type PluginUse,
} from '@auto-seg-loss/kernel';
import { checkSchema, inputSchema } from '@auto-seg-loss/schema';
import { attributed, blaming } from './attributed.ts';
import type { PluginHome } from './context.ts';
import { type LoadedPlugin, loadPlugin } from './load-plugin.ts';
import { oneError } from './plugin-problems.ts';
import { inOrder } from './use-order.ts';

/** A plugin whose options passed: ready to be made. */
export interface CheckedPlugin<K extends PluginKind> extends LoadedPlugin<K> {
  /** As written, with every option that a default gives, and without secrets. */
  readonly use: PluginUse;
  /** The plugins that it is made of. */
  readonly parts: readonly CheckedPlugin<K>[];
  make(context: PluginContext): Promise<PluginProducts[K]>;
}

/** Where a config names a plugin. */
export interface Place<K extends PluginKind> {
  readonly kind: K;
  readonly use: PluginUse;
  /** The config path, such as `constraints[0]`. */
  readonly where: string;
}

type Options = Readonly<Record<string, Json>>;

/**
 * Loads one plugin and checks its options; and so the plugins that it is made of.
 * @throws AslError ASL_PLUGIN_NOT_FOUND, ASL_PLUGIN_INVALID, or ASL_OPTIONS_INVALID with each option's config path.
 */
export async function checkPlugin<K extends PluginKind>(
  { kind, use, where }: Place<K>,
  home: PluginHome,
): Promise<CheckedPlugin<K>> {
  const loaded = await loadPlugin(kind, use.use, home, where);
  const { use: _name, ...written } = use;
  const origin = { kind, name: loaded.plugin.name, location: loaded.location, where };
  const { options: schema } = loaded.plugin;
  const checked = blaming('the check of its options', origin, () =>
    checkSchema(schema, withoutUnset(inputSchema(schema), written), where),
  );
  if ('problems' in checked) {
    throw new AslError('ASL_OPTIONS_INVALID', `the options of the ${kind} "${use.use}" are wrong`, {
      problems: checked.problems,
    });
  }
  const options = checked.value as Options;
  refuseUnseen(loaded.plugin, options, written, where);
  const parts = await checkParts(loaded.plugin, options, where, home);
  const { withoutSecrets = (all: unknown): unknown => all } = loaded.plugin;
  const shown = blaming('withoutSecrets', origin, () => withoutSecrets(checked.value)) as Options;
  return {
    ...loaded,
    use: inOrder({ use: use.use, ...shown, ...filledIn(loaded.plugin, shown, parts) }),
    parts,
    make: async (context) => {
      const made = await Promise.all(parts.map((part) => part.make(context)));
      const { plugin } = loaded;
      return attributed(origin, () =>
        plugin.create(checked.value, context, made as Parameters<typeof plugin.create>[2]),
      );
    },
  };
}

async function checkParts<K extends PluginKind>(
  { kind, parts }: Plugin<K>,
  options: Options,
  where: string,
  home: PluginHome,
): Promise<readonly CheckedPlugin<K>[]> {
  if (parts === undefined) return [];
  // The plugin's schema has made sure that they are a list of objects with `use`.
  const listed = options[parts.option] as unknown as readonly PluginUse[];
  const plugins: CheckedPlugin<K>[] = [];
  const errors: AslError[] = [];
  for (const [index, part] of listed.entries()) {
    const use = Object.fromEntries(Object.entries(part).filter(([name]) => !parts.own.includes(name)));
    try {
      const place = { kind: kind as K, use: use as PluginUse, where: `${where}.${parts.option}[${index}]` };
      plugins.push(await checkPlugin(place, home));
    } catch (error) {
      if (!isAslError(error)) throw error;
      errors.push(error);
    }
  }
  if (errors.length > 0) throw oneError(errors);
  return plugins;
}

/**
 * A file is asked whether it may name code by what stands in it as `use`: a schema that makes a path of something else would
 * name code that nobody was asked for.
 */
function refuseUnseen(
  { kind, name, parts }: Plugin<PluginKind>,
  options: Options,
  written: unknown,
  where: string,
): void {
  if (parts === undefined) return;
  const seen = new Set(pluginsIn(written).map(({ use }) => use));
  const unseen = pluginsIn(options[parts.option]).find(({ use }) => isPath(use) && !seen.has(use));
  if (unseen === undefined) return;
  throw new AslError('ASL_PLUGIN_INVALID', `the ${kind} "${name}" makes the path of a part of what is none`, {
    where: `${where}.${parts.option}`,
    expected: 'parts written as objects with "use"',
    received: `"${unseen.use}"`,
  });
}

/** The option that names the parts, with every default of theirs. */
function filledIn<K extends PluginKind>(
  plugin: Plugin<K>,
  options: Options,
  made: readonly CheckedPlugin<K>[],
): Options {
  if (plugin.parts === undefined) return {};
  const listed = options[plugin.parts.option] as unknown as readonly PluginUse[];
  return { [plugin.parts.option]: listed.map((part, index) => ({ ...part, ...made[index]?.use })) };
}
