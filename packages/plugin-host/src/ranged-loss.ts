import { AslError, type Json, type PluginContext, type PluginUse, type Problem } from '@auto-seg-loss/kernel';
import type { Loss } from '@auto-seg-loss/ops';
import { checkSchema, inputSchema, type SchemaNode, schemasAt } from '@auto-seg-loss/schema';
import { type CheckedPlugin, checkPlugin, type Place } from './check-plugin.ts';
import type { PluginHome } from './context.ts';
import { loadPlugin } from './load-plugin.ts';
import { CLASS_WEIGHTS, cornersOf, type OptionRange, searchedOptions } from './option-ranges.ts';
import { inOrder } from './use-order.ts';

/** A hand-made loss, some of whose options a search may choose. */
export interface RangedLoss {
  /** As written, with every option that a default gives; ranges stay ranges. */
  readonly use: PluginUse;
  /** The numbers among its options that are searched, by name, each with what the plugin itself would take for it. */
  readonly ranges: readonly (OptionRange & { readonly usual: number })[];
  /** Of the classes' shares of the training pixels, whose power their weights are; null where the loss says nothing of that. */
  readonly exponent: number | OptionRange | null;
  /** The plugin, with what it would take itself for what is searched; where weights of classes are, without them. */
  readonly plugin: CheckedPlugin<'loss'>;
  /** @param use the loss with a number for each range. @throws AslError as checking and making the plugin do. */
  make(use: PluginUse, context: PluginContext): Promise<Loss>;
}

/** With all their ends together, as many losses as are checked in a moment. */
const MOST_RANGES = 8;
/** Between the ends, no number that a schema would single out. */
const BETWEEN = 0.381966;
/** Weights that any list of them may be, whatever the number of classes. */
const SOME_WEIGHTS: readonly number[] = [1, 2];

/**
 * Loads a loss plugin among whose options may be ranges, and checks its options at all their ends, and between them.
 * @throws AslError as `checkPlugin`; ASL_OPTIONS_INVALID for a range of what is no number, and for one that the plugin does not
 *   take throughout.
 */
export async function checkRangedLoss(
  { use, where }: Omit<Place<'loss'>, 'kind'>,
  home: PluginHome,
): Promise<RangedLoss> {
  const { plugin: loaded } = await loadPlugin('loss', use.use, home, where);
  const { use: name, ...options } = use;
  const schema = inputSchema(loaded.options);
  const { ranges, exponent, problems: wrong } = searchedOptions(options, schema, where);
  const searched = ranges.map((range) => ({ ...range, usual: usualOf(range, schema) }));
  const bad = new Set(wrong.map((problem) => problem.where));
  const isSound = ([option]: readonly [string, Json]): boolean =>
    !bad.has(`${where}.${option}`) && (exponent === null || option !== CLASS_WEIGHTS);
  const sound = Object.fromEntries(Object.entries(options).filter(isSound));
  const someWeights = exponent === null ? {} : { [CLASS_WEIGHTS]: SOME_WEIGHTS };
  const named = (value: (range: (typeof searched)[number]) => number): Readonly<Record<string, number>> =>
    Object.fromEntries(searched.map((range) => [range.option, value(range)]));
  const corners = ranges.length <= MOST_RANGES ? cornersOf(ranges) : [];
  const between = named(({ min, max }) => min + BETWEEN * (max - min));
  const refused = [...corners, between].flatMap((values) => {
    const checked = checkSchema(loaded.options, { ...sound, ...someWeights, ...values }, where);
    return 'problems' in checked ? checked.problems.map((problem) => inRange(problem, ranges, where)) : [];
  });
  const tooMany: readonly Problem[] =
    corners.length > 0
      ? []
      : [{ where, expected: `at most ${MOST_RANGES} ranges among the options`, received: String(ranges.length) }];
  // Of an option that is wrong already nothing more need be said.
  const problems = [...wrong, ...tooMany, ...eachOnce(refused).filter((problem) => !bad.has(problem.where))];
  if (problems.length > 0) {
    throw new AslError('ASL_OPTIONS_INVALID', `the options of the loss "${name}" are wrong`, { problems });
  }
  const plugin = await checkPlugin(
    { kind: 'loss', use: { use: name, ...sound, ...named(({ usual }) => usual) }, where },
    home,
  );
  const written = Object.fromEntries(ranges.map(({ option, min, max }) => [option, [min, max]]));
  const weights = exponent === null ? {} : { [CLASS_WEIGHTS]: options[CLASS_WEIGHTS] as Json };
  return {
    use: inOrder({ ...plugin.use, ...written, ...weights }),
    ranges: searched,
    exponent,
    plugin,
    make: async (one, context) => (await checkPlugin({ kind: 'loss', use: one, where }, home)).make(context),
  };
}

/** What the plugin takes where nothing is written, if that is in the range; else its middle. */
function usualOf({ option, min, max }: OptionRange, schema: SchemaNode): number {
  const values = schemasAt(schema, [option]).map((node) => node.default);
  const usual = values.find((value): value is number => typeof value === 'number' && value >= min && value <= max);
  return usual ?? (min + max) / 2;
}

/** A problem of one of a range's values, as one of the range. */
function inRange(problem: Problem, ranges: readonly OptionRange[], where: string): Problem {
  const range = ranges.find(({ option }) => problem.where === `${where}.${option}`);
  if (range === undefined) return problem;
  return { ...problem, received: `${problem.received}, of the range [${range.min}, ${range.max}]` };
}

function eachOnce(problems: readonly Problem[]): readonly Problem[] {
  const keys = problems.map(({ where, expected }) => `${where} ${expected}`);
  return problems.filter((_, index) => keys.indexOf(keys[index] as string) === index);
}
