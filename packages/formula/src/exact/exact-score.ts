import type { PerClass, Score, ScoreAlgebra } from '@auto-seg-loss/kernel';

/** A number for each class, of all images together (one row) or of each image; NaN marks an absent one, and never leaves this file. */
interface Values {
  readonly rows: readonly Float64Array[];
  readonly skipFirst: boolean;
}

/** An exact metric's value: null where the metric is absent altogether (no class to average). */
export interface ExactScore {
  readonly value: number | null;
  /**
   * Each class's own value, over the data set or as the mean over images; null for absent classes and those left out. The
   * value is their (weighted) mean, but for means over images first, and for combined metrics.
   */
  readonly perClass: readonly (number | null)[];
}

const open = (value: PerClass): Values => value as unknown as Values;
const seal = (value: Values): PerClass => value as unknown as PerClass;
const sealScore = (score: ExactScore): Score => score as unknown as Score;

/** @param rows one of all images together, or one for each image. */
export function sealSums(rows: readonly Float64Array[]): PerClass {
  return seal({ rows, skipFirst: false });
}

export function openScore(score: Score): ExactScore {
  return score as unknown as ExactScore;
}

function combineRows(a: PerClass, b: PerClass, f: (a: number, b: number) => number): PerClass {
  const left = open(a);
  const right = open(b);
  // A single row of all images goes with each image.
  const count = left.rows.length === 1 ? right.rows.length : left.rows.length;
  const rows = Array.from({ length: count }, (_, image) => {
    const other = rowOf(right, image);
    return rowOf(left, image).map((value, c) => f(value, other[c] as number));
  });
  return seal({ rows, skipFirst: left.skipFirst || right.skipFirst });
}

function rowOf({ rows }: Values, image: number): Float64Array {
  return rows[rows.length === 1 ? 0 : image] as Float64Array;
}

/** Σ weight·value / Σ weight over the values that are not absent; null if none counts. */
function weighted(pairs: Iterable<readonly [value: number | null, weight: number]>): number | null {
  let total = 0;
  let totalWeight = 0;
  for (const [value, weight] of pairs) {
    if (value === null || Number.isNaN(value)) continue;
    total += weight * value;
    totalWeight += weight;
  }
  return totalWeight > 0 ? total / totalWeight : null;
}

const plain = (values: readonly (number | null)[]): number | null =>
  weighted(values.map((value) => [value, 1] as const));

function overImages({ rows }: Values): (number | null)[] {
  const classes = rows[0]?.length ?? 0;
  return Array.from({ length: classes }, (_, c) => plain(rows.map((row) => row[c] as number)));
}

function weightedMean(value: PerClass, weight: PerClass | undefined): Score {
  const values = open(value);
  const skipped = (c: number): boolean => values.skipFirst && c === 0;
  const means = values.rows.map((row, image) => {
    const weights = weight === undefined ? undefined : rowOf(open(weight), image);
    return weighted(Array.from(row, (x, c) => [skipped(c) ? null : x, weights?.[c] ?? 1] as const));
  });
  return sealScore({ value: plain(means), perClass: overImages(values).map((x, c) => (skipped(c) ? null : x)) });
}

/** Arithmetic on counts in float64, without an epsilon: 0/0 is absent. */
export const exactScoreAlgebra: ScoreAlgebra = {
  ratio: (a, b) => combineRows(a, b, (x, y) => (y === 0 ? Number.NaN : x / y)),
  plus: (a, b) => combineRows(a, b, (x, y) => x + y),
  scale: (factor, a) => {
    const { rows, skipFirst } = open(a);
    return seal({ rows: rows.map((row) => row.map((x) => factor * x)), skipFirst });
  },
  harmonic: (a, b) =>
    combineRows(a, b, (x, y) => {
      if (Number.isNaN(x) && Number.isNaN(y)) return Number.NaN;
      const sum = x + y;
      return Number.isNaN(sum) || sum === 0 ? 0 : (2 * x * y) / sum;
    }),
  present: (condition, value) => combineRows(condition, value, (c, x) => (c > 0 ? x : Number.NaN)),
  withoutBackground: (value) => seal({ ...open(value), skipFirst: true }),
  meanOverImages: (value) => {
    const values = open(value);
    return seal({ rows: [Float64Array.from(overImages(values), (x) => x ?? Number.NaN)], skipFirst: values.skipFirst });
  },
  mean: (value) => weightedMean(value, undefined),
  weightedMean,
  combine: (parts) => {
    const scores = parts.map(({ score, weight }) => ({ ...openScore(score), weight }));
    const classes = Math.max(...scores.map(({ perClass }) => perClass.length));
    return sealScore({
      value: weighted(scores.map(({ value, weight }) => [value, weight] as const)),
      perClass: Array.from({ length: classes }, (_, c) =>
        weighted(scores.map(({ perClass, weight }) => [perClass[c] ?? null, weight] as const)),
      ),
    });
  },
};
