import type { Curve } from '@auto-seg-loss/kernel';
import { withGradient } from '@auto-seg-loss/ops';
import { expandDims, matMul, mul, sub, sum, type Tensor2D, type Tensor3D, transpose } from '@tensorflow/tfjs-core';
import { curveDerivative, curveValue } from './curve-tensor.ts';
import { weightedSums } from './pixel-sums.ts';

// The two sums that region metrics are made of, each as one operation with a gradient of its own. With a one-hot label y,
// AND(p, y) = g(p)·y needs g at the true class only, 1/c of the work; OR(p, y) = g(p) + y - g(p)·y is g(p) off the true
// class and 1 on it.

/** What both sums are taken of: groups of P pixels, which are the batch or each of its images. */
export interface LabelledPixels {
  /** One-hot, 0 at ignored pixels. [groups, P, c] */
  readonly label: Tensor3D;
  /** 1 for the pixels that count, else 0. [groups, 1, P] */
  readonly region: Tensor3D;
}

/** [groups, 1, P] as [groups, P, 1] */
const asColumn = (region: Tensor3D): Tensor3D => transpose(region, [0, 2, 1]);
/** [groups, P, 1] as [groups, 1, P] */
const asRow = (column: Tensor3D): Tensor3D => transpose(column, [0, 2, 1]);

/**
 * Σ g(p)·y over the region, for each class.
 * @param p probabilities, [groups, P, c]; differentiable by p. @returns [groups, c]
 */
export function intersectionSums(p: Tensor3D, { label, region }: LabelledPixels, curve: Curve): Tensor2D {
  return withGradient<Tensor2D>([p], () => {
    const trueP: Tensor3D = sum(mul(p, label), 2, true); // p at the true class, 0 at ignored pixels. [groups, P, 1]
    const counted = mul(curveValue(trueP, curve), asColumn(region));
    return {
      value: weightedSums(asRow(counted as Tensor3D), label),
      save: [trueP, label, region],
      gradient: (dy, saved) => {
        const [savedP, y, counts] = saved as [Tensor3D, Tensor3D, Tensor3D];
        // y·dy is the true class's weight, so that one pass over [groups, P, c] is enough.
        const weight = matMul(y, expandDims<Tensor3D>(dy, 2));
        return [mul(y, mul(mul(weight, curveDerivative(savedP, curve)), asColumn(counts)))];
      },
    };
  });
}

/**
 * Σ g(p) + y - g(p)·y over the region, for each class.
 * @param p probabilities, [groups, P, c]; differentiable by p. @returns [groups, c]
 */
export function unionSums(p: Tensor3D, { label, region }: LabelledPixels, curve: Curve): Tensor2D {
  return withGradient<Tensor2D>([p], () => {
    const elsewhere: Tensor3D = sub(1, label);
    return {
      value: weightedSums(region, sub<Tensor3D>(mul(curveValue(p, curve), elsewhere), sub(elsewhere, 1))),
      save: [p, elsewhere, region],
      gradient: (dy, saved) => {
        const [savedP, notLabel, counts] = saved as [Tensor3D, Tensor3D, Tensor3D];
        const weight = mul(asColumn(counts), expandDims<Tensor3D>(dy, 1));
        return [mul(mul(curveDerivative(savedP, curve), notLabel), weight)];
      },
    };
  });
}
