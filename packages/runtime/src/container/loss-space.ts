import type { CurveSlot } from '@auto-seg-loss/formula';
import type { Curve, PluginUse, SearchSpace } from '@auto-seg-loss/kernel';
import type { LossFileTerm } from '@auto-seg-loss/loss-file';
import type { CurvePart, CurvePartSpace } from './curve-part.ts';
import type { KnownLoss } from './known-loss.ts';
import { mixCoordinates, mixWeights } from './mix-weights.ts';

/** A part of a loss at a point of the space: curves, or a hand-made loss. Its weight may be 0. */
export type SpacePart = { readonly weight: number } & (
  | { readonly curves: CurvePart }
  | { readonly known: KnownLoss; readonly use: PluginUse }
);

/** What a coordinate is of: a part of the loss by its number, or the weights of all. */
export type Axis = { readonly of: 'curves' | 'absent' | 'option'; readonly part: number } | { readonly of: 'weights' };

/** A point of the space at which the loss is a hand-made one alone. */
export interface Rival {
  readonly name: string;
  readonly theta: readonly number[];
}

/**
 * What is searched: θ as the terms of a loss. Its coordinates are the curves' parameters (or, where a known loss is searched in their
 * place, none), the temperature and the rule of absent classes where they are searched, the options in ranges, and the
 * weights of what is mixed in.
 */
export interface LossSpace extends SearchSpace {
  /** Of the curves; none where a known loss is searched in their place. */
  readonly slots: readonly CurveSlot[];
  readonly coordinates: readonly string[];
  readonly axes: readonly Axis[];
  /** Hand-made losses that the space holds. */
  readonly rivals: readonly Rival[];
  /** Whether losses depend on the classes' shares of the training pixels. */
  readonly needsShares: boolean;
  /** The curves of a θ, one for each slot. */
  curves(theta: readonly number[]): readonly Curve[];
  /** All parts of the loss at θ, those of weight 0 too. @param shares of the training pixels, one for each class. */
  parts(theta: readonly number[], shares?: readonly number[]): readonly SpacePart[];
  /** The terms of the loss at θ, those of weight 0 left out. Relative paths start where the config's do. */
  decode(theta: readonly number[], shares?: readonly number[]): readonly LossFileTerm[];
  /** A θ that decodes to these terms; undefined where they are no point of the space. Options are given with their defaults. */
  encode(terms: readonly LossFileTerm[], shares?: readonly number[]): readonly number[] | undefined;
  /** Slopes by the curves' pieces, as slopes by θ; 0 by what is of no curve. */
  readonly pullBack: CurvePartSpace['pullBack'];
}

/** Nearer to a face of the cube a search would have no room on one side. */
const START_MARGIN = 0.05;
/** As far as weights that people write add up to 1. */
const ROUNDING = 1e-6;

/**
 * @param base what the rest of the weight is of: curves, or a known loss. @param mix what is mixed in.
 *   A search starts where it would without the mix, with usual options.
 */
export function lossSpace(base: CurvePartSpace | KnownLoss, mix: readonly KnownLoss[]): LossSpace {
  const curves = 'pullBack' in base ? base : undefined;
  const known = [...('pullBack' in base ? [] : [base]), ...mix];
  const own = curves?.coordinates.length ?? 0;
  const offset = curves === undefined ? 0 : 1;
  /** Where the options of each known loss begin; and the weights. */
  const begins = [own];
  for (const loss of known) begins.push((begins.at(-1) as number) + loss.coordinates.length);
  const weightsAt = begins.at(-1) ?? own;
  const coordinates = [
    ...(curves?.coordinates ?? []),
    ...known.flatMap((loss) => loss.coordinates),
    ...mix.map(({ name }) => `weight ${name}`),
  ];
  const optionsOf = (theta: readonly number[], index: number): readonly number[] =>
    theta.slice(begins[index], begins[index + 1]);

  const parts: LossSpace['parts'] = (theta, shares) => {
    const weights = mixWeights(theta.slice(weightsAt));
    return [
      ...(curves === undefined ? [] : [{ weight: weights[0] as number, curves: curves.decode(theta.slice(0, own)) }]),
      ...known.map((loss, index) => ({
        weight: weights[index + offset] as number,
        known: loss,
        use: loss.decode(optionsOf(theta, index), shares),
      })),
    ];
  };
  const usual = [...(curves?.start ?? []), ...known.flatMap((loss) => loss.usual)];
  const alone = (part: number): readonly number[] =>
    mixCoordinates(Array.from({ length: mix.length + 1 }, (_, index) => (index === part ? 1 : 0)));

  return {
    dimensions: coordinates.length,
    coordinates,
    start: [
      ...(curves?.start ?? []),
      ...known.flatMap((loss) => loss.usual).map((value) => Math.min(1 - START_MARGIN, Math.max(START_MARGIN, value))),
      ...alone(0),
    ],
    slots: curves?.slots ?? [],
    axes: [
      ...(curves?.axes ?? []),
      ...known.flatMap((loss, index) => loss.coordinates.map((): Axis => ({ of: 'option', part: index + offset }))),
      ...mix.map((): Axis => ({ of: 'weights' })),
    ],
    rivals: known.map(({ name }, index) => ({ name, theta: [...usual, ...alone(index + offset)] })),
    needsShares: known.some((loss) => loss.needsShares),
    curves: (theta) => curves?.decode(theta.slice(0, own)).curves ?? [],
    parts,
    decode: (theta, shares) =>
      parts(theta, shares).flatMap((part): readonly LossFileTerm[] => {
        const { weight } = part;
        if (weight === 0) return [];
        return [
          'use' in part ? { weight, loss: part.use } : { weight, ...(curves as CurvePartSpace).term(part.curves) },
        ];
      }),
    encode: (terms, shares) => {
      if (Math.abs(terms.reduce((sum, { weight }) => sum + weight, 0) - 1) > ROUNDING) return undefined;
      const places = [...(curves?.start ?? []), ...known.flatMap((loss) => loss.usual)];
      const weights = new Array<number>(mix.length + 1).fill(0);
      for (const term of terms) {
        const free = [...weights.keys()].filter((part) => weights[part] === 0);
        const found = free
          .map((part) => ({ part, theta: encodePart(part, term, shares) }))
          .find(({ theta }) => theta !== undefined);
        if (found?.theta === undefined) return undefined;
        weights[found.part] = term.weight;
        places.splice(
          found.part < offset ? 0 : (begins[found.part - offset] as number),
          found.theta.length,
          ...found.theta,
        );
      }
      return [...places, ...mixCoordinates(weights)];
    },
    pullBack: (theta, slopes) => {
      const slope = curves?.pullBack(theta.slice(0, own), slopes) ?? [];
      return coordinates.map((_, axis) => slope[axis] ?? 0);
    },
  };

  function encodePart(
    part: number,
    term: LossFileTerm,
    shares: readonly number[] | undefined,
  ): readonly number[] | undefined {
    if (part < offset) return 'curves' in term ? curves?.encode(term) : undefined;
    return 'loss' in term ? known[part - offset]?.encode(term.loss, shares) : undefined;
  }
}
