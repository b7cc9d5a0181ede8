import type { PerClass, Score, ScoreAlgebra } from '@auto-seg-loss/kernel';

/** Added to each denominator. */
const EPSILON = 1e-8;

interface Values {
  /** A number for each class, of all images together or of each. */
  readonly rows: readonly (readonly number[])[];
  /** Whether means count it; as many rows. */
  readonly counted: readonly (readonly boolean[])[];
}

const open = (value: PerClass): Values => value as unknown as Values;
const seal = (value: Values): PerClass => value as unknown as PerClass;
const sealScore = (score: number): Score => score as unknown as Score;

export function sealSoftSums(rows: readonly (readonly number[])[]): PerClass {
  return seal({ rows, counted: rows.map((row) => row.map(() => true)) });
}

export function openSoftScore(score: Score): number {
  return score as unknown as number;
}

/** A row of all images goes with each image. */
function rowOf<T>(rows: readonly (readonly T[])[], image: number): readonly T[] {
  return rows[rows.length === 1 ? 0 : image] ?? [];
}

function combine(a: PerClass, b: PerClass, f: (x: number, y: number) => number): PerClass {
  const [left, right] = [open(a), open(b)];
  const images = Math.max(left.rows.length, right.rows.length);
  const each = <T>(of: (image: number, c: number) => T): T[][] =>
    Array.from({ length: images }, (_, image) => rowOf(left.rows, image).map((__, c) => of(image, c)));
  return seal({
    rows: each((image, c) => f(rowOf(left.rows, image)[c] as number, rowOf(right.rows, image)[c] as number)),
    counted: each((image, c) => rowOf(left.counted, image)[c] === true && rowOf(right.counted, image)[c] === true),
  });
}

/** Each class by its factor, those after the last by that one. */
function scaled(factors: readonly number[], a: PerClass): PerClass {
  const { rows, counted } = open(a);
  const last = factors.length - 1;
  return seal({ rows: rows.map((row) => row.map((x, c) => x * (factors[Math.min(c, last)] as number))), counted });
}

/** Σ weight·value / Σ weight; 0 where no weight is above 0. */
function mean(values: readonly number[], weights: readonly number[]): number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const sum = values.reduce((added, value, i) => added + value * (weights[i] as number), 0);
  return total > 0 ? sum / Math.max(total, EPSILON) : 0;
}

function average(value: PerClass, weight: PerClass | undefined, present: readonly boolean[] | undefined): Score {
  const { rows, counted } = open(value);
  const weights = rows.map((row, image) =>
    row.map((_, c) => {
      const own = weight === undefined ? 1 : (rowOf(open(weight).rows, image)[c] as number);
      return rowOf(counted, image)[c] === true && present?.[c] !== false ? own : 0;
    }),
  );
  const images = rows.map((row, image) => mean(row, weights[image] as number[]));
  // Images where nothing counts are left out.
  return sealScore(
    mean(
      images,
      weights.map((row) => (row.some((each) => each > 0) ? 1 : 0)),
    ),
  );
}

/**
 * A loss's arithmetic on soft sums by the words of `ScoreAlgebra`.
 * @param present for each class whether means count it; without, they count as the formula makes them.
 */
export function plainRelaxedScore(present?: readonly boolean[]): ScoreAlgebra {
  return {
    ratio: (a, b) => combine(a, b, (x, y) => x / (y + EPSILON)),
    plus: (a, b) => combine(a, b, (x, y) => x + y),
    minus: (a, b) => combine(a, b, (x, y) => x - y),
    scale: (factor, a) => combine(a, a, (x) => factor * x),
    scaleClasses: (factors, a) => scaled(factors, a),
    clamp: (value, low, high) => combine(value, value, (x) => Math.min(high, Math.max(low, x))),
    harmonic: (a, b) => combine(a, b, (x, y) => (2 * x * y) / (x + y + EPSILON)),
    present: (condition, value) => {
      const [{ rows }, { rows: values, counted }] = [open(condition), open(value)];
      return seal({
        rows: values,
        counted: values.map((row, image) =>
          row.map((_, c) => rowOf(counted, image)[c] === true && (rowOf(rows, image)[c] as number) > 0),
        ),
      });
    },
    withoutBackground: (value) => {
      const { rows, counted } = open(value);
      return seal({ rows, counted: counted.map((row) => row.map((each, c) => each && c > 0)) });
    },
    meanOverImages: (value) => {
      const { rows, counted } = open(value);
      const classes = (rows[0] ?? []).map((_, c) => c);
      const weights = (c: number) => rows.map((_, image) => (rowOf(counted, image)[c] === true ? 1 : 0));
      return seal({
        rows: [
          classes.map((c) =>
            mean(
              rows.map((row) => row[c] as number),
              weights(c),
            ),
          ),
        ],
        counted: [classes.map((c) => weights(c).some((weight) => weight > 0))],
      });
    },
    mean: (value) => average(value, undefined, present),
    weightedMean: (value, weight) => average(value, weight, present),
    combine: (parts) => {
      const total = parts.reduce((sum, { weight }) => sum + weight, 0);
      return sealScore(parts.reduce((sum, { score, weight }) => sum + (weight * openSoftScore(score)) / total, 0));
    },
  };
}
