import { canonicalJson, type PluginUse } from '@auto-seg-loss/kernel';
import type { OptionRange, RangedLoss } from '@auto-seg-loss/plugin-host';
import { classWeights, EXPONENT_DIGITS, exponentOf, sameWeights } from './class-weights.ts';
import { roundedIn } from './significant.ts';

/** A hand-made loss as a part of a space: a coordinate for each number that is searched. */
export interface KnownLoss {
  /** Among the others of its space. */
  readonly name: string;
  readonly loss: RangedLoss;
  readonly coordinates: readonly string[];
  /** Where its options are what the plugin itself takes, or as near to that as their ranges let them be. */
  readonly usual: readonly number[];
  /** Whether its options depend on the classes' shares of the training pixels. */
  readonly needsShares: boolean;
  /** The loss at a point. @param shares of the training pixels, one for each class. */
  decode(theta: readonly number[], shares: readonly number[] | undefined): PluginUse;
  /** The point that decodes to this loss, with every default of its plugin; undefined where none does. */
  encode(use: PluginUse, shares: readonly number[] | undefined): readonly number[] | undefined;
}

const WEIGHTS = 'classWeights';
const ONE_CLASS: readonly number[] = [1];

export function knownLoss(name: string, loss: RangedLoss): KnownLoss {
  const { use, ranges, exponent } = loss;
  const power = typeof exponent === 'object' ? exponent : null;
  const all: readonly OptionRange[] = power === null ? ranges : [...ranges, power];
  const { [WEIGHTS]: written, ...others } = use;

  const decode: KnownLoss['decode'] = (theta, shares) => {
    const values = ranges.map((range, axis) => [range.option, valueIn(range, theta[axis] as number)] as const);
    const options = { ...(exponent === null ? use : others), ...Object.fromEntries(values) } as PluginUse;
    if (exponent === null) return options;
    if (shares === undefined) throw new Error(`weights of classes of ${name} without how often classes are`);
    const weights = classWeights(
      shares,
      power === null ? (exponent as number) : valueIn(power, theta.at(-1) as number, EXPONENT_DIGITS),
    );
    return weights === undefined ? options : { ...options, [WEIGHTS]: weights };
  };

  return {
    name,
    loss,
    coordinates: [
      ...ranges.map(({ option }) => `${name} ${option}`),
      ...(power === null ? [] : [`${name} ${WEIGHTS} exponent`]),
    ],
    usual: [
      ...ranges.map((range) => placeIn(range, range.usual)),
      // Nearest to none.
      ...(power === null ? [] : [0]),
    ],
    needsShares: exponent !== null,
    decode,
    // Where nobody knows yet how often classes are, a loss without weights of classes is one whose exponent is 0.
    encode: (given, shares = ONE_CLASS) => {
      const weights = given[WEIGHTS] as readonly number[] | undefined;
      const values = ranges.map(({ option }) => given[option]);
      const theta = all.map((range, axis) => {
        const value = range === power ? exponentOf(shares, weights) : values[axis];
        return typeof value === 'number' ? placeIn(range, value) : Number.NaN;
      });
      if (!theta.every((coordinate) => coordinate >= 0 && coordinate <= 1)) return undefined;
      return isSame(given, decode(theta, shares)) ? theta : undefined;
    },
  };
}

function valueIn({ min, max }: OptionRange, coordinate: number, digits?: number): number {
  return Math.min(max, Math.max(min, roundedIn(min + coordinate * (max - min), max - min, digits)));
}

function placeIn({ min, max }: OptionRange, value: number): number {
  return (value - min) / (max - min);
}

function isSame(given: PluginUse, found: PluginUse): boolean {
  const [{ [WEIGHTS]: weights, ...options }, { [WEIGHTS]: own, ...others }] = [given, found];
  return (
    canonicalJson(options) === canonicalJson(others) &&
    sameWeights(weights as readonly number[] | undefined, own as readonly number[] | undefined)
  );
}
