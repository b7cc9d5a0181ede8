import { withGradient } from '@auto-seg-loss/engine';
import type { Curve } from '@auto-seg-loss/kernel';
import { matMul, mul, reshape, sub, sum, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { curveDerivative, curveValue } from './curve-tensor.ts';

// The two sums that region metrics are made of, each as one operation with a gradient of its own. With a one-hot label y,
// AND(p, y) = g(p)·y needs g at the true class only, 1/c of the work; OR(p, y) = g(p) + y - g(p)·y is g(p) off the true
// class and 1 on it.

/** What both sums are taken of; N pixels. */
export interface LabelledPixels {
  /** One-hot, 0 at ignored pixels. [N, c] */
  readonly label: Tensor2D;
  /** 1 for the pixels that count, else 0. [1, N] */
  readonly region: Tensor2D;
}

/** p at the true class, 0 at ignored pixels. [N, 1] */
function atTrueClass(p: Tensor2D, label: Tensor2D): Tensor2D {
  return sum(mul(p, label), 1, true);
}

/** Σ g(p)·y over the region, for each class. @param p probabilities, [N, c]; differentiable by p. @returns [c] */
export function intersectionSums(p: Tensor2D, { label, region }: LabelledPixels, curve: Curve): Tensor1D {
  return withGradient<Tensor1D>([p], () => {
    const trueP = atTrueClass(p, label);
    const counted = mul(curveValue(trueP, curve), reshape(region, [-1, 1]));
    return {
      value: reshape(matMul(counted, label, true, false), [-1]),
      save: [trueP, label, region],
      gradient: (dy, saved) => {
        const [savedP, y, counts] = saved as [Tensor2D, Tensor2D, Tensor2D];
        // y·dy is the true class's weight, so that one pass over [N, c] is enough.
        const weight = matMul(y, reshape(dy, [-1, 1]));
        return [mul(y, mul(mul(weight, curveDerivative(savedP, curve)), reshape(counts, [-1, 1])))];
      },
    };
  });
}

/** Σ g(p) + y - g(p)·y over the region, for each class. @param p probabilities, [N, c]; differentiable by p. @returns [c] */
export function unionSums(p: Tensor2D, { label, region }: LabelledPixels, curve: Curve): Tensor1D {
  return withGradient<Tensor1D>([p], () => {
    const elsewhere = sub(1, label);
    return {
      value: reshape(matMul(region, sub(mul(curveValue(p, curve), elsewhere), sub(elsewhere, 1))), [-1]),
      save: [p, elsewhere, region],
      gradient: (dy, saved) => {
        const [savedP, notLabel, counts] = saved as [Tensor2D, Tensor2D, Tensor2D];
        const weight = mul(reshape(counts, [-1, 1]), reshape(dy, [1, -1]));
        return [mul(mul(curveDerivative(savedP, curve), notLabel), weight)];
      },
    };
  });
}
