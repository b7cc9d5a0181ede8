import {
  type Distance,
  type Mask,
  type MeasureAlgebra,
  type Metric,
  type PerClass,
  pixelsOf,
  type Region,
} from '@auto-seg-loss/kernel';
import { isValid, type Picture } from '../pictures/picture.ts';
import { type PlainRows, sealRows } from './plain-score.ts';

/** A number for each class and pixel: 1 in the mask, 0 outside. [c][h·w] */
type PlainMask = readonly (readonly number[])[];
/** Whether each pixel counts, [h·w]. */
type PlainRegion = readonly boolean[];

const mask = (value: Mask): PlainMask => value as unknown as PlainMask;
const region = (value: Region): PlainRegion => value as unknown as PlainRegion;
const seal = (value: PlainMask): Mask => value as unknown as Mask;
const sealRegion = (value: PlainRegion): Region => value as unknown as Region;

/** What a formula adds up in one picture, with whether it is a sum of images. */
export interface PlainSum {
  readonly values: readonly number[];
  readonly of: 'data set' | 'image';
}

/**
 * A metric's sums in one picture by the definition of each operation, in plain loops: slow, plain to see, and independent of
 * the evaluator, which packs bits, simplifies formulas and shares masks.
 */
export function plainSums(metric: Metric, picture: Picture, classes: number): Readonly<Record<string, PlainSum>> {
  const { height, width } = picture;
  const indices = Array.from({ length: height * width }, (_, i) => i);
  const each = (f: (c: number, i: number) => number): PlainMask =>
    Array.from({ length: classes }, (_, c) => indices.map((i) => f(c, i)));
  const at = (values: PlainMask, c: number, i: number): number => values[c]?.[i] as number;

  /** The best of a square window; pixels outside the picture count as `outside`. */
  const window = (input: Mask, distance: Distance, outside: number, best: (a: number, b: number) => number): Mask => {
    const values = mask(input);
    const reach = pixelsOf(distance, height, width);
    return seal(
      each((c, i) => {
        const [row, column] = [Math.floor(i / width), i % width];
        let value = at(values, c, i);
        for (let y = row - reach; y <= row + reach; y++) {
          for (let x = column - reach; x <= column + reach; x++) {
            const inside = y >= 0 && x >= 0 && y < height && x < width;
            value = best(value, inside ? at(values, c, y * width + x) : outside);
          }
        }
        return value;
      }),
    );
  };
  const pairwise = (a: Mask, b: Mask, f: (a: number, b: number) => number): Mask =>
    seal(each((c, i) => f(at(mask(a), c, i), at(mask(b), c, i))));

  const valid: PlainRegion = indices.map((i) => isValid(picture.label[i] as number));
  const algebra: MeasureAlgebra = {
    and: (_, a, b) => pairwise(a, b, (x, y) => x * y),
    or: (_, a, b) => pairwise(a, b, (x, y) => x + y - x * y),
    minus: (a, b) => pairwise(a, b, (x, y) => x - y),
    times: (a, b) => pairwise(a, b, (x, y) => x * y),
    erode: (input, { radius = 1, outside = 1 } = {}) => window(input, radius, outside, Math.min),
    dilate: (input, tolerance) => window(input, tolerance, 0, Math.max),
    edge: (input) => pairwise(input, window(input, 1, 1, Math.min), (x, eroded) => x - eroded),
    anyClass: (input, { withoutBackground = false } = {}) =>
      sealRegion(
        indices.map((i) => mask(input).some((values, c) => values[i] === 1 && !(withoutBackground && c === 0))),
      ),
    within: (a, b) => sealRegion(indices.map((i) => region(a)[i] === true && region(b)[i] === true)),
    sum: (input, where, of = 'data set') => {
      const counted = where === undefined ? valid : region(where);
      const values = mask(input).map((row) => row.reduce((sum, value, i) => sum + (counted[i] ? value : 0), 0));
      return { values, of } as unknown as PerClass;
    },
  };
  return metric.measure(algebra, {
    prediction: seal(each((c, i) => (picture.prediction[i] === c ? 1 : 0))),
    label: seal(each((c, i) => (picture.label[i] === c ? 1 : 0))),
    valid: sealRegion(valid),
    everywhere: sealRegion(indices.map(() => true)),
  }) as unknown as Readonly<Record<string, PlainSum>>;
}

/** The sums of several pictures: rows of images stay apart, others are added. */
export function addedSums(
  pictures: readonly Readonly<Record<string, PlainSum>>[],
): Readonly<Record<string, { readonly rows: PlainRows; readonly sealed: PerClass }>> {
  const names = Object.keys(pictures[0] ?? {});
  return Object.fromEntries(
    names.map((name) => {
      const all = pictures.map((sums) => sums[name] as PlainSum);
      const rows = all.map(({ values }) => values);
      const added =
        all[0]?.of === 'image'
          ? rows
          : [rows.reduce((total, row) => total.map((value, c) => value + (row[c] as number)))];
      return [name, { rows: added, sealed: sealRows(added) }];
    }),
  );
}
