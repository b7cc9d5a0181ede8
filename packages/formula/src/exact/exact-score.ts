import type { PerClass, Score, ScoreAlgebra } from '@auto-seg-loss/kernel';
import { checkLimits } from '../check-limits.ts';
import { factorOf } from '../factor-of.ts';

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

/** What adding and dividing in float64 may put a value of [0, 1] beside it. */
const ROUNDING = 1e-12;

/** 1 for 1.0000000000000002: a value is a reward, and rewards lie in [0, 1]. What lies farther off is a fault, and stays. */
function withoutRounding(value: number | null): number | null {
  if (value === null || (value >= 0 && value <= 1)) return value;
  const nearest = value > 1 ? 1 : 0;
  return Math.abs(value - nearest) <= ROUNDING ? nearest : value;
}

/** @param rows one of all images together, or one for each image. */
export function sealSums(rows: readonly Float64Array[]): PerClass {
  return seal({ rows, skipFirst: false });
}

export function openScore(score: Score): ExactScore {
  const { value, perClass } = score as unknown as ExactScore;
  return { value: withoutRounding(value), perClass: perClass.map(withoutRounding) };
}

function rowOf({ rows }: Values, image: number): Float64Array {
  return rows[rows.length === 1 ? 0 : image] as Float64Array;
}

/** Row by row; a single row of all images goes with each image. */
function combineRows(a: Values, b: Values, f: (a: number, b: number) => number): PerClass {
  const count = a.rows.length === 1 ? b.rows.length : a.rows.length;
  const rows = Array.from({ length: count }, (_, image) => {
    const other = rowOf(b, image);
    return rowOf(a, image).map((value, c) => f(value, other[c] as number));
  });
  return seal({ rows, skipFirst: a.skipFirst || b.skipFirst });
}

/** Σ weight·value / Σ weight over the values that are not absent, with weights of 1 by default; null if none counts. */
function mean(values: ArrayLike<number | null>, weights?: ArrayLike<number>): number | null {
  let total = 0;
  let totalWeight = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number | null;
    if (value === null || Number.isNaN(value)) continue;
    const weight = weights === undefined ? 1 : (weights[i] as number);
    total += weight * value;
    totalWeight += weight;
  }
  return totalWeight > 0 ? total / totalWeight : null;
}

/**
 * Arithmetic on counts in float64, without an epsilon: 0/0 is absent.
 * @param images how often each image counts in means over images; once by default. It may be changed between two scores:
 *   what does not depend on it is kept from one to the next, as long as the sums are the same objects.
 */
export function scoreAlgebra(images?: ArrayLike<number>): ScoreAlgebra {
  const kept = new Kept();
  /** A value for each image is worth keeping; one of all images is of this score alone. */
  const combine = (name: string, a: PerClass, b: PerClass, f: (a: number, b: number) => number): PerClass => {
    const [left, right] = [open(a), open(b)];
    const compute = () => combineRows(left, right, f);
    return left.rows.length > 1 || right.rows.length > 1 ? kept.of(name, a, b, compute) : compute();
  };
  const overImages = (values: Values): (number | null)[] => {
    const { rows } = values;
    const weights = rows.length > 1 ? images : undefined;
    return Array.from(rows[0] ?? [], (_, c) =>
      mean(
        rows.map((row) => row[c] as number),
        weights,
      ),
    );
  };
  /** Of each row. */
  const rowMeans = (values: Values, weight: Values | undefined): Float64Array =>
    Float64Array.from(values.rows, (row, image) => {
      const classes = values.skipFirst ? row.with(0, Number.NaN) : row;
      return mean(classes, weight && rowOf(weight, image)) ?? Number.NaN;
    });
  const weightedMean = (value: PerClass, weight?: PerClass): Score => {
    const values = open(value);
    const weights = weight && open(weight);
    const several = values.rows.length > 1;
    const compute = () => rowMeans(values, weights);
    const means = several
      ? kept.of(weight === undefined ? 'mean' : 'weighted mean', value, weight ?? value, compute)
      : compute();
    return sealScore({
      value: mean(means, several ? images : undefined),
      perClass: overImages(values).map((x, c) => (values.skipFirst && c === 0 ? null : x)),
    });
  };
  return {
    ratio: (a, b) => combine('ratio', a, b, (x, y) => (y === 0 ? Number.NaN : x / y)),
    plus: (a, b) => combine('plus', a, b, (x, y) => x + y),
    minus: (a, b) => combine('minus', a, b, (x, y) => x - y),
    clamp: (value, low, high) => {
      checkLimits(low, high);
      return combine(`clamp ${low} ${high}`, value, value, (x) => Math.min(high, Math.max(low, x)));
    },
    scale: (factor, a) => combine(`scale ${factor}`, a, a, (x) => factor * x),
    scaleClasses: (factors, a) => {
      const { rows } = open(a);
      const factor = Float64Array.from(rows[0] ?? [], (_, c) => factorOf(factors, c));
      return combine(`scale ${factors}`, a, seal({ rows: [factor], skipFirst: false }), (x, by) => by * x);
    },
    harmonic: (a, b) =>
      combine('harmonic', a, b, (x, y) => {
        if (Number.isNaN(x) && Number.isNaN(y)) return Number.NaN;
        const sum = x + y;
        return Number.isNaN(sum) || sum === 0 ? 0 : (2 * x * y) / sum;
      }),
    present: (condition, value) => combine('present', condition, value, (c, x) => (c > 0 ? x : Number.NaN)),
    withoutBackground: (value) => {
      const compute = () => seal({ ...open(value), skipFirst: true });
      return open(value).rows.length > 1 ? kept.of('without background', value, value, compute) : compute();
    },
    meanOverImages: (value) => {
      const values = open(value);
      const row = Float64Array.from(overImages(values), (x) => x ?? Number.NaN);
      return seal({ rows: [row], skipFirst: values.skipFirst });
    },
    mean: (value) => weightedMean(value),
    weightedMean,
    combine: (parts) => {
      const scores = parts.map(({ score }) => openScore(score));
      const weights = parts.map(({ weight }) => weight);
      const classes = Math.max(...scores.map(({ perClass }) => perClass.length));
      return sealScore({
        value: mean(
          scores.map(({ value }) => value),
          weights,
        ),
        perClass: Array.from({ length: classes }, (_, c) =>
          mean(
            scores.map(({ perClass }) => perClass[c] ?? null),
            weights,
          ),
        ),
      });
    },
  };
}

/** Results of operations, by the objects that went into them. */
class Kept {
  readonly #results = new Map<string, WeakMap<object, WeakMap<object, unknown>>>();

  of<T>(operation: string, a: object, b: object, compute: () => T): T {
    const byFirst = this.#results.get(operation) ?? new WeakMap<object, WeakMap<object, unknown>>();
    this.#results.set(operation, byFirst);
    const bySecond = byFirst.get(a) ?? new WeakMap<object, unknown>();
    byFirst.set(a, bySecond);
    if (!bySecond.has(b)) bySecond.set(b, compute());
    return bySecond.get(b) as T;
  }
}

/** Where each image counts once. */
export const exactScoreAlgebra: ScoreAlgebra = scoreAlgebra();
