import type { Curve } from '@auto-seg-loss/kernel';
import { customGrad, matMul, mul, reshape, sub, sum, type Tensor, type Tensor1D, type Tensor2D, tidy } from '@tensorflow/tfjs-core';
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
  return differentiable(p, (x) => {
    const trueP = atTrueClass(x, label);
    const counted = mul(curveValue(trueP, curve), reshape(region, [-1, 1]));
    return {
      value: reshape(matMul(counted, label, true, false), [-1]),
      gradient: (dy) => {
        // y·dy is the true class's weight, so that label · (weight · g') needs one pass over [N, c].
        const weight = matMul(label, reshape(dy, [-1, 1]));
        return mul(label, mul(mul(weight, curveDerivative(trueP, curve)), reshape(region, [-1, 1])));
      },
    };
  });
}

/** Σ g(p) + y - g(p)·y over the region, for each class. @param p probabilities, [N, c]; differentiable by p. @returns [c] */
export function unionSums(p: Tensor2D, { label, region }: LabelledPixels, curve: Curve): Tensor1D {
  return differentiable(p, (x) => {
    const elsewhere = sub(1, label);
    const value = matMul(region, sub(mul(curveValue(x, curve), elsewhere), sub(elsewhere, 1)));
    return {
      value: reshape(value, [-1]),
      gradient: (dy) => mul(mul(curveDerivative(x, curve), elsewhere), mul(reshape(region, [-1, 1]), reshape(dy, [1, -1]))),
    };
  });
}

/** An operation of one input whose value and gradient share intermediate tensors. */
function differentiable(
  input: Tensor2D,
  f: (x: Tensor2D) => { value: Tensor1D; gradient: (dy: Tensor1D) => Tensor2D },
): Tensor1D {
  return customGrad((x) => {
    const { value, gradient } = f(x as Tensor2D);
    return { value, gradFunc: (dy: Tensor) => tidy(() => gradient(dy as Tensor1D)) };
  })(input) as Tensor1D;
}
