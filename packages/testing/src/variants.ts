import type { Plugin, PluginContext, PluginKind, PluginProducts } from '@auto-seg-loss/kernel';
import fc from 'fast-check';
import { z } from 'zod';

/** What a plugin makes with some options. */
export interface Variant<Product> {
  /** Those that are not the default's, for people to see; empty for the first variant. */
  readonly options: Readonly<Record<string, unknown>>;
  readonly product: Product;
}

/** Options to make a plugin with, and what differs from its first ones. */
export interface OptionChoice {
  readonly options: Readonly<Record<string, unknown>>;
  readonly changed: Readonly<Record<string, unknown>>;
}

interface Node {
  readonly type?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
  readonly properties?: Readonly<Record<string, Node>>;
}

/** Combinations to draw, of which those that the plugin's schema accepts are taken. */
const DRAWN = 60;
const VARIANTS = 12;

/**
 * Options that a plugin accepts: its defaults (or its example), then some in which enumerations, switches and numbers have
 * other values. The same each time.
 * @param given options that stay as they are.
 * @returns an empty list where some option has no default, and there is no example.
 */
export function optionChoices(
  plugin: Pick<Plugin, 'options' | 'example'>,
  given?: Readonly<Record<string, unknown>>,
): readonly OptionChoice[] {
  const first = given ?? (plugin.options.safeParse({}).success ? {} : plugin.example);
  if (first === undefined || !plugin.options.safeParse(first).success) return [];
  const { properties = {} } = z.toJSONSchema(plugin.options, { io: 'input', unrepresentable: 'any' }) as Node;
  const free = Object.entries(properties).filter(([name]) => !(name in first));
  const other = Object.fromEntries(free.map(([name, node]) => [name, othersThan(node)]));
  const names = Object.keys(other).filter((name) => (other[name] ?? []).length > 0);
  const combinations = fc.sample(
    fc.record(Object.fromEntries(names.map((name) => [name, fc.constantFrom(...(other[name] ?? []))])), {
      requiredKeys: [],
    }),
    { seed: 1, numRuns: names.length === 0 ? 1 : DRAWN },
  );
  const alone = names.flatMap((name) => (other[name] ?? []).map((value) => ({ [name]: value })));
  const changes: Readonly<Record<string, unknown>>[] = [{}, ...alone, ...combinations];
  const seen = new Set<string>();
  const accepted = changes.filter((changed) => {
    const text = JSON.stringify(changed);
    if (seen.has(text)) return false;
    seen.add(text);
    return plugin.options.safeParse({ ...first, ...changed }).success;
  });
  // Each option alone, as far as there is room, and then several together.
  const together = accepted.filter((changed) => Object.keys(changed).length > 1);
  const single = accepted.filter((changed) => Object.keys(changed).length <= 1);
  return [...single.slice(0, VARIANTS), ...together]
    .slice(0, Math.max(VARIANTS, Math.min(single.length, VARIANTS) + 4))
    .map((changed) => ({ options: { ...first, ...changed }, changed }));
}

/** Values beside the default: all of an enumeration; the ends and a neighbour of a number's range. */
function othersThan(node: Node): readonly unknown[] {
  const values = (node.anyOf ?? node.oneOf ?? [node]).flatMap(valuesOf);
  return values.filter((value) => value !== node.default);
}

function valuesOf(node: Node): readonly unknown[] {
  if (node.const !== undefined) return [node.const];
  if (node.enum !== undefined) return node.enum;
  switch (node.type) {
    case 'boolean':
      return [false, true];
    case 'integer':
      return [node.minimum ?? 0, near(node.default, 1)];
    case 'number':
      return [node.minimum ?? (node.exclusiveMinimum ?? 0) + 0.5, near(node.default, 0.5)];
    default:
      return [];
  }
}

function near(value: unknown, step: number): number {
  return (typeof value === 'number' ? value : step) + step;
}

/** Makes a plugin with each choice of options. */
export async function makeVariants<K extends PluginKind>(
  plugin: Plugin<K>,
  choices: readonly OptionChoice[],
  context: PluginContext,
  parts?: readonly PluginProducts[K][],
): Promise<readonly Variant<PluginProducts[K]>[]> {
  const made: Variant<PluginProducts[K]>[] = [];
  for (const { options, changed } of choices) {
    const { create } = plugin;
    const product = await create(plugin.options.parse(options), context, parts as Parameters<typeof create>[2]);
    made.push({ options: changed, product: product as PluginProducts[K] });
  }
  return made;
}

/** One of the variants; shrinks to the first. */
export function oneOf<Product>(variants: readonly Variant<Product>[]): fc.Arbitrary<Variant<Product>> {
  return fc.constantFrom(...variants);
}

/** The options of a variant as a line, for drawings; nothing for the first. */
export function showOptions({ options }: Variant<unknown>): readonly string[] {
  return Object.keys(options).length === 0 ? [] : [`options: ${JSON.stringify(options)}`];
}
