import type { PerClass, Score, ScoreAlgebra } from '@auto-seg-loss/kernel';
import {
  add,
  cast,
  div,
  greater,
  maximum,
  mul,
  type Scalar,
  sum,
  type Tensor1D,
  tensor1d,
} from '@tensorflow/tfjs-core';

/** Added to each denominator. */
const EPSILON = 1e-8;

interface Values {
  /** [c] */
  readonly value: Tensor1D;
  /** 1 for the classes that the means count, else 0; [c]. Undefined: all. */
  readonly counted: Tensor1D | undefined;
}

const open = (value: PerClass): Values => value as unknown as Values;
const seal = (value: Values): PerClass => value as unknown as PerClass;

export function sealSums(value: Tensor1D): PerClass {
  return seal({ value, counted: undefined });
}

export function openScore(score: Score): Scalar {
  return score as unknown as Scalar;
}

function both(a: Tensor1D | undefined, b: Tensor1D | undefined): Tensor1D | undefined {
  return a === undefined ? b : b === undefined ? a : mul(a, b);
}

function combine(a: PerClass, b: PerClass, f: (a: Tensor1D, b: Tensor1D) => Tensor1D): PerClass {
  const left = open(a);
  const right = open(b);
  return seal({ value: f(left.value, right.value), counted: both(left.counted, right.counted) });
}

const divide = (a: Tensor1D, b: Tensor1D): Tensor1D => div(a, add(b, EPSILON));

/**
 * Arithmetic on soft sums. Call inside a tidy.
 * @param present 1 for each class that the batch's label holds, [c]; with it, means leave the other classes out. Without,
 *   they count as the formula makes them, which for a ratio is 0, as in the published code.
 */
export function relaxedScoreAlgebra(present: Tensor1D | undefined): ScoreAlgebra {
  const average = (value: PerClass, weight: Tensor1D | undefined): Score => {
    const { value: x, counted } = open(value);
    const weights = both(both(counted, present), weight);
    if (weights === undefined) return sum(div(x, x.shape[0])) as unknown as Score;
    // Where no class counts the value is 0, with a gradient of 0.
    return div(sum(mul(x, weights)), maximum(sum(weights), EPSILON)) as unknown as Score;
  };
  return {
    ratio: (a, b) => combine(a, b, divide),
    plus: (a, b) => combine(a, b, (x, y) => add(x, y)),
    scale: (factor, a) => seal({ ...open(a), value: mul(open(a).value, factor) }),
    harmonic: (a, b) => combine(a, b, (x, y) => divide(mul(mul(x, 2), y), add(x, y))),
    present: (condition, value) => {
      const { value: x, counted } = open(value);
      const holds = cast<Tensor1D>(greater(open(condition).value, 0), 'float32');
      return seal({ value: x, counted: both(counted, holds) });
    },
    withoutBackground: (value) => {
      const { value: x, counted } = open(value);
      const foreground = tensor1d(Array.from({ length: x.shape[0] }, (_, index) => (index === 0 ? 0 : 1)));
      return seal({ value: x, counted: both(counted, foreground) });
    },
    mean: (value) => average(value, undefined),
    weightedMean: (value, weight) => average(value, open(weight).value),
  };
}
