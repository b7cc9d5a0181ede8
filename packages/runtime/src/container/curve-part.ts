import type { Curve } from '@auto-seg-loss/kernel';
import type { CurvesTerm } from '@auto-seg-loss/loss-file';
import type { Axis } from './loss-space.ts';
import type { CurveSpace } from './search-space.ts';
import { significant } from './significant.ts';

/** Curves, and how they see logits and classes. */
export interface CurvePart {
  readonly curves: readonly Curve[];
  readonly temperature: number;
  readonly absent: 'zero' | 'skip';
}

/** The part of a space that is of curves: their parameters, then the temperature and the rule of absent classes where they are searched. */
export interface CurvePartSpace extends Pick<CurveSpace, 'slots' | 'start' | 'pullBack'> {
  readonly coordinates: readonly string[];
  readonly axes: readonly Axis[];
  decode(theta: readonly number[]): CurvePart;
  encode(term: CurvesTerm): readonly number[] | undefined;
  term(part: CurvePart): Omit<CurvesTerm, 'weight'>;
}

/** What is searched beside the curves' parameters, and what the curves are of. */
export interface CurvePartOptions {
  readonly absent: 'zero' | 'skip' | 'search';
  /** Null for 1. */
  readonly temperature: readonly [min: number, max: number] | null;
  /** The plugins as a loss file names them. */
  readonly uses: Pick<CurvesTerm, 'metric' | 'surrogate' | 'constraints'>;
}

/** Half of a coordinate is either rule; these are the middles. */
const RULES = { zero: 0.25, skip: 0.75 } as const;

export function curvePart(space: CurveSpace, { absent, temperature, uses }: CurvePartOptions): CurvePartSpace {
  const { dimensions, slots } = space;
  const rule = dimensions + (temperature === null ? 0 : 1);
  const [coldest, hottest] = temperature ?? [1, 1];
  const placeOfTemperature = (value: number): number => Math.log(value / coldest) / Math.log(hottest / coldest);
  /** The temperature of a plain loss, or what comes nearest to it. */
  const plain = Math.min(hottest, Math.max(coldest, 1));
  return {
    slots,
    coordinates: [
      ...space.coordinates,
      ...(temperature === null ? [] : ['temperature']),
      ...(absent === 'search' ? ['absent'] : []),
    ],
    axes: [
      ...space.coordinates.map((): Axis => ({ of: 'curves', part: 0 })),
      ...(temperature === null ? [] : [{ of: 'option', part: 0 } as const]),
      ...(absent === 'search' ? [{ of: 'absent', part: 0 } as const] : []),
    ],
    start: [
      ...space.start,
      ...(temperature === null ? [] : [placeOfTemperature(plain)]),
      ...(absent === 'search' ? [RULES.zero] : []),
    ],
    decode: (theta) => {
      const warmth = coldest * (hottest / coldest) ** (theta[dimensions] ?? 0);
      return {
        curves: space.decode(theta.slice(0, dimensions)),
        temperature: temperature === null ? 1 : Math.min(hottest, Math.max(coldest, significant(warmth))),
        absent: absent === 'search' ? ((theta[rule] as number) < 0.5 ? 'zero' : 'skip') : absent,
      };
    },
    encode: (term) => {
      if (term.metric.use !== uses.metric.use || term.surrogate.use !== uses.surrogate.use) return undefined;
      if (term.curves.some(({ name }, index) => name !== slots[index]?.name)) return undefined;
      const shape = space.encode(term.curves.map(({ points }) => points));
      const warmth = temperature === null ? 0 : placeOfTemperature(term.temperature);
      if (temperature === null ? term.temperature !== 1 : !(warmth >= 0 && warmth <= 1)) return undefined;
      if (shape === undefined || (absent !== 'search' && term.absent !== absent)) return undefined;
      return [
        ...shape,
        ...(temperature === null ? [] : [warmth]),
        ...(absent === 'search' ? [RULES[term.absent]] : []),
      ];
    },
    term: ({ curves, ...rest }) => ({
      ...rest,
      ...uses,
      curves: curves.map(({ points }, index) => ({ name: slots[index]?.name ?? '', points })),
    }),
    pullBack: (theta, slopes) => space.pullBack(theta.slice(0, dimensions), slopes),
  };
}
