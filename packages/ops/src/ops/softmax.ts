import { mul, sub, sum, type Tensor, type Tensor4D, softmax as tfSoftmax } from '@tensorflow/tfjs-core';
import { hasOwnOps, runOp1 } from '../native/native-ops.ts';
import { withGradient } from './with-gradient.ts';

/** Probabilities of the classes: the softmax over the last axis. @param logits [n, h, w, c] */
export function softmax(logits: Tensor4D): Tensor4D {
  return hasOwnOps() ? nativeSoftmax(logits) : composedSoftmax(logits);
}

function nativeSoftmax(logits: Tensor4D): Tensor4D {
  return withGradient<Tensor4D>([logits], () => {
    const value = runOp1<Tensor4D>('AslSoftmax', [logits], {});
    return {
      value,
      save: [value],
      gradient: (dy, [p]) => [runOp1('AslSoftmaxGrad', [p as Tensor, dy], {})],
    };
  });
}

/** Of tfjs's own operations, for every backend. */
export function composedSoftmax(logits: Tensor4D): Tensor4D {
  return withGradient<Tensor4D>([logits], () => {
    const value = tfSoftmax(logits);
    return {
      value,
      save: [value],
      gradient: (dy, [p]) => {
        const slope = mul(dy, p as Tensor);
        return [sub(slope, mul(p as Tensor, sum(slope, -1, true)))];
      },
    };
  });
}
