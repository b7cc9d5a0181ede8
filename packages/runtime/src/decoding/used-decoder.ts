import type { Decoder, Json, PluginUse } from '@auto-seg-loss/kernel';
import { type CheckedPlugin, checkPlugin, type RunContext } from '@auto-seg-loss/plugin-host';
import { versionOf } from '../run-folder/environment.ts';

/** A decoder, as results know it. */
export interface UsedDecoder {
  /** As a config names it, with every option. */
  readonly use: PluginUse;
  /** Tells it from others in tables: `rank`, `rank (for dice)`; null for the most probable class, which goes without saying. */
  readonly name: string | null;
  /** What results depend on of it; null for the most probable class: they are known as before there were decoders. */
  readonly identity: Json | null;
  readonly decoder: Decoder;
}

/** The most probable class of each pixel. */
const MOST_PROBABLE: PluginUse = { use: 'argmax' };

/**
 * Makes the decoders of a run, each once.
 * @param plugins of its config, at least one.
 */
export async function usedDecoders(
  plugins: readonly CheckedPlugin<'decoder'>[],
  context: RunContext,
): Promise<readonly [UsedDecoder, ...UsedDecoder[]]> {
  const used = await Promise.all(plugins.map((plugin) => usedDecoder(plugin, context)));
  const different = used.filter(({ name }, index) => used.findIndex((other) => other.name === name) === index);
  const [first, ...others] = different;
  return first === undefined ? [await mostProbableDecoder(context)] : [first, ...others];
}

/** The most probable class, whatever the config says. */
export async function mostProbableDecoder(context: RunContext): Promise<UsedDecoder> {
  return makeDecoder(MOST_PROBABLE, context, 'decode');
}

/** @param where what names it, for messages. @throws AslError as `checkPlugin`. */
export async function makeDecoder(use: PluginUse, context: RunContext, where: string): Promise<UsedDecoder> {
  return usedDecoder(await checkPlugin({ kind: 'decoder', use, where }, context), context);
}

async function usedDecoder(plugin: CheckedPlugin<'decoder'>, context: RunContext): Promise<UsedDecoder> {
  const { use, location } = plugin;
  const decoder = await plugin.make(context);
  if (!decoder.needsProbabilities) return { use, name: null, identity: null, decoder };
  const identity = { use, version: versionOf(location) };
  return { use, name: nameOf(plugin), identity, decoder };
}

/** The same whatever else a config names: with the options that are not the plugin's defaults. */
function nameOf({ plugin, use }: CheckedPlugin<'decoder'>): string {
  const checked = plugin.options.safeParse({});
  const defaults = (checked.success ? checked.data : {}) as Readonly<Record<string, unknown>>;
  const { use: _, ...options } = use;
  const others = Object.entries(options).filter(
    ([key, value]) => JSON.stringify(value) !== JSON.stringify(defaults[key]),
  );
  const told = others.map(([key, value]) => `${key} ${typeof value === 'object' ? JSON.stringify(value) : value}`);
  return told.length === 0 ? plugin.name : `${plugin.name} (${told.join(', ')})`;
}
