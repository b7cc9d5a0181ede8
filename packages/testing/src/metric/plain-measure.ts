import type { Curve, Mask, MeasureAlgebra, Metric, PerClass, Reach, Region } from '@auto-seg-loss/kernel';
import { isValid, type Picture } from '../pictures/picture.ts';
import { nearOf } from './near-of.ts';

/** A number for each class and pixel, [c][h·w]: 0 and 1, or between them where the prediction is soft. */
interface PlainMask {
  readonly values: readonly (readonly number[])[];
  /** Whether it depends on the prediction. */
  readonly soft: boolean;
}
/** Whether each pixel counts, [h·w]. */
type PlainRegion = readonly boolean[];

const open = (value: Mask): PlainMask => value as unknown as PlainMask;
const region = (value: Region): PlainRegion => value as unknown as PlainRegion;
const seal = (value: PlainMask): Mask => value as unknown as Mask;
const sealRegion = (value: PlainRegion): Region => value as unknown as Region;

/** What a formula adds up in one picture, and whether it is a sum of images. */
export interface PlainSum {
  readonly values: readonly number[];
  readonly of: 'data set' | 'image';
}

/** A soft prediction, and the curves that its logical operations take. */
export interface SoftPrediction {
  /** Probabilities, [c][h·w]. */
  readonly probabilities: readonly (readonly number[])[];
  /** One for each soft input of a logical operation, in order of appearance. */
  readonly curves: readonly Curve[];
}

/**
 * A metric's sums in one picture by the definition of each operation, in plain float64 loops: slow, plain to see, and
 * independent of the evaluator, which packs bits and simplifies, and of the loss, which runs fused operations.
 * @param soft without it, the picture's own prediction.
 */
export function plainSums(
  metric: Metric,
  picture: Picture,
  classes: number,
  soft?: SoftPrediction,
): Readonly<Record<string, PlainSum>> {
  const { height, width } = picture;
  const indices = Array.from({ length: height * width }, (_, i) => i);
  const each = (f: (c: number, i: number) => number): readonly (readonly number[])[] =>
    Array.from({ length: classes }, (_, c) => indices.map((i) => f(c, i)));
  const at = (mask: PlainMask, c: number, i: number): number => mask.values[c]?.[i] as number;

  /** The best of a square window, or of a disc; pixels outside the picture count as `outside`. */
  const window = (input: Mask, reach: Reach, outside: number, best: (a: number, b: number) => number): Mask => {
    const mask = open(input);
    const [down, right, isNear] = nearOf(reach, height, width);
    const values = each((c, i) => {
      const [row, column] = [Math.floor(i / width), i % width];
      let value = at(mask, c, i);
      for (let y = row - down; y <= row + down; y++) {
        for (let x = column - right; x <= column + right; x++) {
          if (!isNear(y - row, x - column)) continue;
          const inside = y >= 0 && x >= 0 && y < height && x < width;
          value = best(value, inside ? at(mask, c, y * width + x) : outside);
        }
      }
      return value;
    });
    return seal({ values, soft: mask.soft });
  };
  const pairwise = (first: Mask, second: Mask, f: (a: number, b: number) => number): Mask => {
    const [a, b] = [open(first), open(second)];
    return seal({ values: each((c, i) => f(at(a, c, i), at(b, c, i))), soft: a.soft || b.soft });
  };

  let slot = 0;
  /** An input of a named operation: a soft one goes through the next curve. */
  const relaxed = (input: Mask): Mask => {
    const mask = open(input);
    if (!mask.soft) return input;
    const curve = soft?.curves[slot++];
    return curve === undefined ? input : seal({ ...mask, values: each((c, i) => curve.value(at(mask, c, i))) });
  };

  const valid: PlainRegion = indices.map((i) => isValid(picture.label[i] as number));
  const algebra: MeasureAlgebra = {
    and: (_, first, second) => {
      const [a, b] = [relaxed(first), relaxed(second)];
      return pairwise(a, b, (x, y) => x * y);
    },
    or: (_, first, second) => {
      const [a, b] = [relaxed(first), relaxed(second)];
      return pairwise(a, b, (x, y) => x + y - x * y);
    },
    minus: (a, b) => pairwise(a, b, (x, y) => x - y),
    times: (a, b) => pairwise(a, b, (x, y) => x * y),
    erode: (input, { radius = 1, outside = 1 } = {}) => window(input, radius, outside, Math.min),
    // A soft outline may be negative: nothing outside of the image must take its place.
    dilate: (input, tolerance) => window(input, tolerance, Number.NEGATIVE_INFINITY, Math.max),
    edge: (input) => pairwise(input, window(input, 1, 1, Math.min), (x, eroded) => x - eroded),
    anyClass: (input, { withoutBackground = false } = {}) =>
      sealRegion(
        indices.map((i) => open(input).values.some((row, c) => row[i] === 1 && !(withoutBackground && c === 0))),
      ),
    within: (a, b) => sealRegion(indices.map((i) => region(a)[i] === true && region(b)[i] === true)),
    sum: (input, where, of = 'data set') => {
      const counted = where === undefined ? valid : region(where);
      const values = open(input).values.map((row) => row.reduce((sum, value, i) => sum + (counted[i] ? value : 0), 0));
      return { values, of } as unknown as PerClass;
    },
  };
  return metric.measure(algebra, {
    prediction: seal({
      values: soft?.probabilities ?? each((c, i) => (picture.prediction[i] === c ? 1 : 0)),
      soft: true,
    }),
    label: seal({ values: each((c, i) => (picture.label[i] === c ? 1 : 0)), soft: false }),
    valid: sealRegion(valid),
    everywhere: sealRegion(indices.map(() => true)),
  }) as unknown as Readonly<Record<string, PlainSum>>;
}

/** The sums of several pictures, by name: rows of images stay apart, others are added to one. */
export function addedSums(
  pictures: readonly Readonly<Record<string, PlainSum>>[],
): Readonly<Record<string, readonly (readonly number[])[]>> {
  const names = Object.keys(pictures[0] ?? {});
  return Object.fromEntries(
    names.map((name) => {
      const all = pictures.map((sums) => sums[name] as PlainSum);
      const rows = all.map(({ values }) => values);
      if (all[0]?.of === 'image') return [name, rows];
      return [name, [rows.reduce((total, row) => total.map((value, c) => value + (row[c] as number)))]];
    }),
  );
}
