import { checkLimits } from '@auto-seg-loss/formula';
import type { Metric, PerClass, ScoreAlgebra, Score as SealedScore } from '@auto-seg-loss/kernel';
import type { Row, Score, Weight } from './program.ts';

interface Value {
  readonly row: Row;
  /** Which classes the means count; undefined: all. */
  readonly counted: Weight | undefined;
}

const open = (value: PerClass): Value => value as unknown as Value;
const seal = (value: Value): PerClass => value as unknown as PerClass;
const openScore = (score: SealedScore): Score => score as unknown as Score;
const sealScore = (score: Score): SealedScore => score as unknown as SealedScore;

/**
 * Runs a metric's `score` once, without data, and gives its arithmetic: that of the relaxed interpreter, whose rules for
 * absent classes it follows.
 * @param labelled the name of a sum that is above 0 for the classes that the batch's labels have: with it, means leave the
 *   others out. Without, those count as the formula makes them.
 * @throws AslError ASL_FORMULA_INVALID for limits of a clamp that are none.
 */
export function traceScore(metric: Metric, sums: readonly string[], labelled: string | undefined): Score {
  const values = sums.map((name): [string, PerClass] => [name, seal({ row: sumRow(name), counted: undefined })]);
  const counted = labelled === undefined ? undefined : aboveZero(sumRow(labelled));
  return openScore(metric.score(tracingAlgebra(counted), Object.fromEntries(values)));
}

const sumRow = (name: string): Row => ({ op: 'sum', key: `sum(${name})`, name });
const aboveZero = (a: Row): Weight => ({ op: 'above-zero', key: `above-zero(${a.key})`, a });

function both(a: Weight | undefined, b: Weight | undefined): Weight | undefined {
  if (a === undefined || a.key === b?.key) return b;
  return b === undefined ? a : { op: 'both', key: `both(${a.key},${b.key})`, a, b };
}

function binary(op: 'ratio' | 'harmonic' | 'plus' | 'minus', first: PerClass, second: PerClass): PerClass {
  const [a, b] = [open(first), open(second)];
  const key = `${op}(${a.row.key},${b.row.key})`;
  return seal({ row: { op, key, a: a.row, b: b.row }, counted: both(a.counted, b.counted) });
}

function tracingAlgebra(labelled: Weight | undefined): ScoreAlgebra {
  const average = (value: PerClass, by: Row | undefined): SealedScore => {
    const { row: a, counted } = open(value);
    const own: Weight | undefined = by && { op: 'row', key: `row(${by.key})`, a: by };
    const weight = both(both(counted, labelled), own);
    return sealScore({ op: 'mean', key: `mean(${a.key},${weight?.key ?? ''})`, a, weight });
  };
  return {
    ratio: (a, b) => binary('ratio', a, b),
    plus: (a, b) => binary('plus', a, b),
    minus: (a, b) => binary('minus', a, b),
    harmonic: (a, b) => binary('harmonic', a, b),
    scale: (factor, value) => {
      const { row: a, counted } = open(value);
      return seal({ row: { op: 'scale', key: `scale(${factor},${a.key})`, factor, a }, counted });
    },
    scaleClasses: (factors, value) => {
      const { row: a, counted } = open(value);
      const key = `scale-classes(${factors},${a.key})`;
      return seal({ row: { op: 'scale-classes', key, factors, a }, counted });
    },
    clamp: (value, low, high) => {
      checkLimits(low, high);
      const { row: a, counted } = open(value);
      return seal({ row: { op: 'clamp', key: `clamp(${a.key},${low},${high})`, a, low, high }, counted });
    },
    present: (condition, value) => {
      const { row: a } = open(condition);
      const { row, counted } = open(value);
      return seal({ row, counted: both(counted, aboveZero(a)) });
    },
    withoutBackground: (value) => {
      const { row, counted } = open(value);
      return seal({ row, counted: both(counted, { op: 'foreground', key: 'foreground' }) });
    },
    meanOverImages: (value) => {
      const { row: a, counted } = open(value);
      const key = `mean-of-images(${a.key},${counted?.key ?? ''})`;
      const row: Row = { op: 'mean-of-images', key, a, weight: counted };
      return seal({ row, counted: counted && { op: 'any-image', key: `any-image(${counted.key})`, a: counted } });
    },
    mean: (value) => average(value, undefined),
    weightedMean: (value, weight) => average(value, open(weight).row),
    combine: (scores) => {
      const total = scores.reduce((sum, { weight }) => sum + weight, 0);
      const parts = scores.map(({ score, weight }) => ({ score: openScore(score), weight: weight / total }));
      const key = `combine(${parts.map(({ score, weight }) => `${weight}*${score.key}`).join(',')})`;
      return sealScore({ op: 'combine', key, parts });
    },
  };
}
