import { checkLimits, factorOf } from '@auto-seg-loss/formula';
import type { PerClass, Score, ScoreAlgebra } from '@auto-seg-loss/kernel';
import {
  add,
  addN,
  div,
  maximum,
  mul,
  ones,
  type Scalar,
  step,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tensor2d,
} from '@tensorflow/tfjs-core';
import { limited } from './limited.ts';

/** Added to each denominator. */
const EPSILON = 1e-8;

interface Values {
  /** [1, c], or [images, c]. */
  readonly value: Tensor2D;
  /** 1 for the classes that the means count, else 0; [1, c] or [images, c]. Undefined: all. */
  readonly counted: Tensor2D | undefined;
}

const open = (value: PerClass): Values => value as unknown as Values;
const seal = (value: Values): PerClass => value as unknown as PerClass;
const sealScore = (score: Tensor): Score => score as unknown as Score;

/** @param value [1, c], or [images, c]. */
export function sealSums(value: Tensor2D): PerClass {
  return seal({ value, counted: undefined });
}

export function openScore(score: Score): Scalar {
  return score as unknown as Scalar;
}

function both(a: Tensor2D | undefined, b: Tensor2D | undefined): Tensor2D | undefined {
  return a === undefined ? b : b === undefined ? a : mul(a, b);
}

function combine(a: PerClass, b: PerClass, f: (a: Tensor2D, b: Tensor2D) => Tensor2D): PerClass {
  const left = open(a);
  const right = open(b);
  return seal({ value: f(left.value, right.value), counted: both(left.counted, right.counted) });
}

const divide = (a: Tensor2D, b: Tensor2D): Tensor2D => div(a, add(b, EPSILON));
/** 1 where x is above 0, else 0; its gradient is 0. */
const aboveZero = (x: Tensor2D): Tensor2D => step(x);

/** A row for each of x, where there is one for all of them. */
const spread = (weights: Tensor2D, x: Tensor2D): Tensor2D => mul(weights, ones(x.shape));

/** Σ weights·x / Σ weights along an axis; 0, with a gradient of 0, where no weight is above 0. */
function weighted(x: Tensor2D, weights: Tensor2D, axis: 0 | 1): Tensor2D {
  return div(sum<Tensor2D>(mul(x, weights), axis, true), maximum(sum<Tensor2D>(weights, axis, true), EPSILON));
}

/**
 * Arithmetic on soft sums. Call inside a tidy.
 * @param present 1 for each class that the batch's label holds, [1, c]; with it, means leave the other classes out. Without,
 *   they count as the formula makes them, which for a ratio is 0, as in the published code.
 */
export function relaxedScoreAlgebra(present: Tensor2D | undefined): ScoreAlgebra {
  const average = (value: PerClass, weight: Tensor2D | undefined): Score => {
    const { value: x, counted } = open(value);
    const given = both(both(counted, present), weight);
    if (given === undefined) return sealScore(sum(div(x, x.size)));
    const weights = spread(given, x);
    const means = weighted(x, weights, 1); // [images, 1]
    if (means.shape[0] === 1) return sealScore(sum(means));
    // Images where no class counts are left out.
    return sealScore(sum(weighted(means, aboveZero(sum(weights, 1, true)), 0)));
  };
  return {
    ratio: (a, b) => combine(a, b, divide),
    plus: (a, b) => combine(a, b, (x, y) => add(x, y)),
    minus: (a, b) => combine(a, b, (x, y) => sub(x, y)),
    scale: (factor, a) => seal({ ...open(a), value: mul(open(a).value, factor) }),
    scaleClasses: (factors, a) => {
      const { value, counted } = open(a);
      const classes = value.shape[1];
      const factor = tensor2d(
        Array.from({ length: classes }, (_, c) => factorOf(factors, c)),
        [1, classes],
      );
      return seal({ value: mul(value, factor), counted });
    },
    clamp: (value, low, high) => {
      checkLimits(low, high);
      return seal({ ...open(value), value: limited(open(value).value, low, high) });
    },
    harmonic: (a, b) => combine(a, b, (x, y) => divide(mul(mul(x, 2), y), add(x, y))),
    present: (condition, value) => {
      const { value: x, counted } = open(value);
      return seal({ value: x, counted: both(counted, aboveZero(open(condition).value)) });
    },
    withoutBackground: (value) => {
      const { value: x, counted } = open(value);
      const classes = x.shape[1];
      const foreground = tensor2d(
        Array.from({ length: classes }, (_, index) => (index === 0 ? 0 : 1)),
        [1, classes],
      );
      return seal({ value: x, counted: both(counted, foreground) });
    },
    meanOverImages: (value) => {
      const { value: x, counted } = open(value);
      if (counted === undefined) return seal({ value: div(sum<Tensor2D>(x, 0, true), x.shape[0]), counted });
      const weights = spread(counted, x);
      return seal({ value: weighted(x, weights, 0), counted: aboveZero(sum(weights, 0, true)) });
    },
    mean: (value) => average(value, undefined),
    weightedMean: (value, weight) => average(value, open(weight).value),
    combine: (parts) => {
      const total = parts.reduce((weights, { weight }) => weights + weight, 0);
      return sealScore(addN(parts.map(({ score, weight }) => mul(openScore(score), weight / total))));
    },
  };
}
