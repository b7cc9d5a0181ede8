import {
  add,
  cast,
  div,
  exp,
  greaterEqual,
  less,
  log,
  logicalAnd,
  max,
  maximum,
  mul,
  reshape,
  type Scalar,
  sub,
  sum,
  type Tensor,
  type Tensor3D,
  type Tensor4D,
  tensor1d,
} from '@tensorflow/tfjs-core';
import { hasOwnOps, runOp } from '../native/native-ops.ts';
import { oneHotLabels } from './one-hot-labels.ts';
import { withGradient } from './with-gradient.ts';

export interface CrossEntropyOptions {
  /** A weight for each class, 0 or above: the loss is Σ w(y)·ce / Σ w(y). Default: 1 each. */
  readonly classWeights?: readonly number[];
  /** ε: the target is 1 - ε at the true class, plus ε / c at each class. Default 0. */
  readonly smoothing?: number;
}

/**
 * Softmax cross-entropy, the mean over valid pixels, as PyTorch's `cross_entropy` with `weight`, `label_smoothing` and an
 * ignored label. Differentiable by the logits.
 * @param logits [n, h, w, c]
 * @param labels [n, h, w] int32; pixels outside [0, c) are ignored.
 * @returns a scalar; 0 with a gradient of 0 where no pixel is valid.
 */
export function softmaxCrossEntropy(logits: Tensor4D, labels: Tensor3D, options: CrossEntropyOptions = {}): Scalar {
  return hasOwnOps() ? nativeCrossEntropy(logits, labels, options) : composedCrossEntropy(logits, labels, options);
}

function nativeCrossEntropy(logits: Tensor4D, labels: Tensor3D, options: CrossEntropyOptions): Scalar {
  const classes = logits.shape[3];
  const { classWeights = Array<number>(classes).fill(1), smoothing = 0 } = options;
  return withGradient<Scalar>([logits], () => {
    const inputs = [logits, labels, tensor1d([smoothing, ...classWeights])];
    const [value, slope] = runOp('AslCrossEntropy', inputs, {}, 2) as [Scalar, Tensor4D];
    return { value, save: [slope], gradient: (dy, [saved]) => [mul(saved as Tensor, dy)] };
  });
}

/** Of tfjs's own operations, for every backend. */
export function composedCrossEntropy(logits: Tensor4D, labels: Tensor3D, options: CrossEntropyOptions): Scalar {
  const { classWeights, smoothing = 0 } = options;
  const classes = logits.shape[3];
  return withGradient<Scalar>([logits], () => {
    const oneHot = oneHotLabels(labels, classes);
    const weights = classWeights === undefined ? undefined : tensor1d([...classWeights]);
    // What each class's -log p counts at each pixel. [n, h, w, c]
    let target = oneHot;
    if (smoothing > 0) target = mul(add(mul(oneHot, 1 - smoothing), smoothing / classes), validPixels(labels, classes));
    if (weights !== undefined) target = mul(target, weights);
    const total = sum(weights === undefined ? oneHot : mul(oneHot, weights));
    // With no valid pixel, or weights of 0 only, the sums are 0 as well.
    const share = div(target, maximum(total, 1e-12));
    const shifted = sub(logits, max(logits, -1, true));
    const exponentials = exp(shifted);
    const normaliser = sum(exponentials, -1, true);
    const slope = sub(mul(div(exponentials, normaliser), sum(share, -1, true)), share);
    return {
      value: sum(mul(share, sub(log(normaliser), shifted))),
      save: [slope],
      gradient: (dy, [saved]) => [mul(saved as Tensor, dy)],
    };
  });
}

/** 1 where the label is a class, else 0. [n, h, w, 1] */
function validPixels(labels: Tensor3D, classes: number): Tensor4D {
  const valid = logicalAnd(greaterEqual(labels, 0), less(labels, classes));
  return reshape(cast(valid, 'float32'), [...labels.shape, 1]);
}
