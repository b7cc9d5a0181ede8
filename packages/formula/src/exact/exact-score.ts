import type { PerClass, Score, ScoreAlgebra } from '@auto-seg-loss/kernel';

/** A number for each class; NaN marks an absent one, and never leaves this file. */
interface Values {
  readonly values: Float64Array;
  readonly skipFirst: boolean;
}

/** An exact metric's value: null where the metric is absent altogether (no class to average). */
export interface ExactScore {
  readonly value: number | null;
  /** What the value is the (weighted) mean of; null for absent classes and those left out. */
  readonly perClass: readonly (number | null)[];
}

const open = (value: PerClass): Values => value as unknown as Values;
const seal = (value: Values): PerClass => value as unknown as PerClass;

export function sealSums(values: Float64Array): PerClass {
  return seal({ values, skipFirst: false });
}

export function openScore(score: Score): ExactScore {
  return score as unknown as ExactScore;
}

function combine(a: PerClass, b: PerClass, f: (a: number, b: number) => number): PerClass {
  const left = open(a);
  const right = open(b);
  const values = left.values.map((value, index) => f(value, right.values[index] as number));
  return seal({ values, skipFirst: left.skipFirst || right.skipFirst });
}

function weightedMean(value: PerClass, weight: PerClass | undefined): Score {
  const { values, skipFirst } = open(value);
  const weights = weight === undefined ? undefined : open(weight).values;
  let total = 0;
  let totalWeight = 0;
  const perClass = Array.from(values, (x, index) => {
    if (Number.isNaN(x) || (skipFirst && index === 0)) return null;
    const w = weights?.[index] ?? 1;
    total += w * x;
    totalWeight += w;
    return x;
  });
  const score: ExactScore = { value: totalWeight > 0 ? total / totalWeight : null, perClass };
  return score as unknown as Score;
}

/** Arithmetic on counts in float64, without an epsilon: 0/0 is absent. */
export const exactScoreAlgebra: ScoreAlgebra = {
  ratio: (a, b) => combine(a, b, (x, y) => (y === 0 ? Number.NaN : x / y)),
  plus: (a, b) => combine(a, b, (x, y) => x + y),
  scale: (factor, a) => seal({ ...open(a), values: open(a).values.map((x) => factor * x) }),
  harmonic: (a, b) =>
    combine(a, b, (x, y) => {
      if (Number.isNaN(x) && Number.isNaN(y)) return Number.NaN;
      const sum = x + y;
      return Number.isNaN(sum) || sum === 0 ? 0 : (2 * x * y) / sum;
    }),
  present: (condition, value) => combine(condition, value, (c, x) => (c > 0 ? x : Number.NaN)),
  withoutBackground: (value) => seal({ ...open(value), skipFirst: true }),
  mean: (value) => weightedMean(value, undefined),
  weightedMean,
};
