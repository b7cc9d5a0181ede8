import {
  div,
  exp,
  log,
  max,
  mul,
  reshape,
  sub,
  sum,
  type Tensor,
  type Tensor3D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { hasOwnOps, runOp, runOp1 } from '../native/native-ops.ts';
import { oneHotLabels } from './one-hot-labels.ts';
import { withGradient } from './with-gradient.ts';

/**
 * Softmax cross-entropy of each pixel, -log p at its class. Differentiable by the logits, any function of it included: the
 * gradient is the pixel's outer gradient times p - y.
 * @param logits [n, h, w, c]
 * @param labels [n, h, w] int32; 0 with a gradient of 0 where outside [0, c).
 * @returns [n, h, w], finite for finite logits
 */
export function pixelCrossEntropy(logits: Tensor4D, labels: Tensor3D): Tensor3D {
  return hasOwnOps() ? nativePixelCrossEntropy(logits, labels) : composedPixelCrossEntropy(logits, labels);
}

function nativePixelCrossEntropy(logits: Tensor4D, labels: Tensor3D): Tensor3D {
  return withGradient<Tensor3D>([logits], () => {
    const [value, slope] = runOp('AslPixelCrossEntropy', [logits, labels], {}, 2) as [Tensor3D, Tensor4D];
    return {
      value,
      save: [slope],
      gradient: (dy, [saved]) => [runOp1('AslPixelCrossEntropyGrad', [dy, saved as Tensor], {})],
    };
  });
}

/** Of tfjs's own operations, for every backend. */
export function composedPixelCrossEntropy(logits: Tensor4D, labels: Tensor3D): Tensor3D {
  return withGradient<Tensor3D>([logits], () => {
    const oneHot = oneHotLabels(labels, logits.shape[3]);
    const valid = sum(oneHot, -1, true); // [n, h, w, 1]
    const shifted = sub(logits, max(logits, -1, true));
    const exponentials = exp(shifted);
    const normaliser = sum(exponentials, -1, true);
    const atClass = sum(mul(shifted, oneHot), -1, true);
    return {
      value: reshape(mul(sub(log(normaliser), atClass), valid), labels.shape),
      save: [sub(div(exponentials, normaliser), oneHot), valid],
      gradient: (dy, [slope, savedValid]) => [
        mul(slope as Tensor, mul(reshape(dy, [...dy.shape, 1]), savedValid as Tensor)),
      ],
    };
  });
}
