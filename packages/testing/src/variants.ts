import type { Plugin } from '@auto-seg-loss/kernel';
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
/** Choices in all; of single options at most, and of several together at least, if there are so many. */
const VARIANTS = 12;
const TOGETHER = 4;

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
    { seed: 1, numRuns: DRAWN },
  );
  const alone = names.flatMap((name) => (other[name] ?? []).map((value) => ({ [name]: value })));
  const single = accepted(plugin, first, [{}, ...alone]).slice(0, VARIANTS);
  const together = accepted(
    plugin,
    first,
    combinations.filter((changed) => Object.keys(changed).length > 1),
  );
  return [...single, ...together.slice(0, Math.max(TOGETHER, VARIANTS - single.length))];
}

/** The different ones that the plugin's schema accepts. */
function accepted(
  { options }: Pick<Plugin, 'options'>,
  first: Readonly<Record<string, unknown>>,
  changes: readonly Readonly<Record<string, unknown>>[],
): readonly OptionChoice[] {
  const different = [...new Map(changes.map((changed) => [JSON.stringify(changed), changed])).values()];
  return different
    .map((changed) => ({ options: { ...first, ...changed }, changed }))
    .filter((choice) => options.safeParse(choice.options).success);
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

/** Options that nothing could be made with, though the schema accepts them. */
export interface FailedChoice {
  readonly options: Readonly<Record<string, unknown>>;
  readonly error: unknown;
}

/** Makes a product with each choice of options. */
export async function makeVariants(
  choices: readonly OptionChoice[],
  make: (options: Readonly<Record<string, unknown>>) => unknown,
): Promise<{ readonly variants: readonly Variant<unknown>[]; readonly failed: readonly FailedChoice[] }> {
  const variants: Variant<unknown>[] = [];
  const failed: FailedChoice[] = [];
  for (const { options, changed } of choices) {
    try {
      variants.push({ options: changed, product: await make(options) });
    } catch (error) {
      failed.push({ options, error });
    }
  }
  return { variants, failed };
}

/** One of the variants; shrinks to the first. */
export function oneOf<Product>(variants: readonly Variant<Product>[]): fc.Arbitrary<Variant<Product>> {
  return fc.constantFrom(...variants);
}

/** The options of a variant as a line, for drawings; nothing for the first. */
export function showOptions({ options }: Variant<unknown>): readonly string[] {
  return Object.keys(options).length === 0 ? [] : [`options: ${JSON.stringify(options)}`];
}
