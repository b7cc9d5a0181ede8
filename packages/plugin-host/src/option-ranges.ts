import type { Json, Problem } from '@auto-seg-loss/kernel';
import { describeSchema, type SchemaNode, schemasAt, showValue } from '@auto-seg-loss/schema';

/** An option that a search may give any value between two. */
export interface OptionRange {
  readonly option: string;
  readonly min: number;
  readonly max: number;
}

/** What the options of a loss leave to a search. */
export interface SearchedOptions {
  /** By the options' names, in order. */
  readonly ranges: readonly OptionRange[];
  /** Of the classes' shares of the training pixels, whose power their weights are; null where nothing is said of that. */
  readonly exponent: number | OptionRange | null;
  readonly problems: readonly Problem[];
}

type Options = Readonly<Record<string, Json>>;

/** The option of weights by class, which may follow from how often a class is. */
export const CLASS_WEIGHTS = 'classWeights';

/** Steeper, the commonest classes would hardly count. */
const LARGEST_EXPONENT = 2;

/**
 * Reads the ranges among options: a list of two numbers where the plugin wants a number. A list where it takes a list is a value.
 * @param schema of the plugin's options. @param where the config path of the plugin.
 */
export function searchedOptions(options: Options, schema: SchemaNode, where: string): SearchedOptions {
  const ranges: OptionRange[] = [];
  const problems: Problem[] = [];
  let exponent: SearchedOptions['exponent'] = null;
  for (const [option, value] of Object.entries(options).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const nodes = schemasAt(schema, [option]).flatMap(alternativesOf);
    const at = `${where}.${option}`;
    if (option === CLASS_WEIGHTS && isObject(value)) {
      const read = exponentOf(value, nodes, at);
      if (typeof read === 'object' && 'where' in read) problems.push(read);
      else exponent = read;
    } else if (Array.isArray(value) && nodes.length > 0 && !nodes.some(({ type }) => type === 'array')) {
      const read = rangeOf(option, value, nodes, at);
      if ('where' in read) problems.push(read);
      else ranges.push(read);
    }
  }
  return { ranges, exponent, problems };
}

/** All ends of all ranges together: what a plugin takes at each of them, it is taken to take between them. */
export function cornersOf(ranges: readonly OptionRange[]): readonly Readonly<Record<string, number>>[] {
  return ranges.reduce<readonly Readonly<Record<string, number>>[]>(
    (corners, { option, min, max }) =>
      corners.flatMap((corner) => [
        { ...corner, [option]: min },
        { ...corner, [option]: max },
      ]),
    [{}],
  );
}

function alternativesOf(node: SchemaNode): readonly SchemaNode[] {
  const alternatives = node.anyOf ?? node.oneOf;
  return alternatives === undefined ? [node] : alternatives.flatMap(alternativesOf);
}

function isObject(value: Json): value is Options {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isRange(value: Json | undefined): value is readonly [number, number] {
  if (!Array.isArray(value) || value.length !== 2) return false;
  const [min, max] = value as readonly Json[];
  return typeof min === 'number' && typeof max === 'number' && min < max;
}

function rangeOf(option: string, value: Json, nodes: readonly SchemaNode[], where: string): OptionRange | Problem {
  const received = showValue(value);
  const words = [...new Set(nodes.map(describeSchema))].join(', or ');
  if (!nodes.some(({ type }) => type === 'number'))
    return { where, expected: `${words}, and no range: those are of numbers that may have fractions`, received };
  if (!isRange(value))
    return { where, expected: `${words}; or a range of such, [min, max], with min below max`, received };
  return { option, min: value[0], max: value[1] };
}

function exponentOf(value: Options, nodes: readonly SchemaNode[], where: string): number | OptionRange | Problem {
  const received = showValue(value);
  if (nodes.length === 0) return { where, expected: 'nothing here: this loss has no weights of classes', received };
  const { exponent, ...others } = value;
  const [min, max] = isRange(exponent) ? exponent : [exponent, exponent];
  const fits = (one: Json | undefined): one is number => typeof one === 'number' && one >= 0 && one <= LARGEST_EXPONENT;
  if (!fits(min) || !fits(max) || Object.keys(others).length > 0) {
    const expected = `a list of weights; or {"exponent": [min, max]}, from 0 to ${LARGEST_EXPONENT}, with min below max`;
    return { where, expected, received };
  }
  return min === max ? min : { option: 'exponent', min, max };
}
