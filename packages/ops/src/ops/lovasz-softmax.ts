import { mul, reshape, type Scalar, type Tensor, type Tensor3D, type Tensor4D, tensor1d } from '@tensorflow/tfjs-core';
import { hasOwnOps, runOp } from '../native/native-ops.ts';
import { withGradient } from './with-gradient.ts';

/** Whether `lovaszSoftmax` can be used: it has one implementation, for TensorFlow on the processor. */
export function hasLovaszSoftmax(): boolean {
  return hasOwnOps();
}

/**
 * The Lovász extension of 1 - IoU (Berman et al., CVPR 2018), the mean over classes, then over groups with a valid pixel.
 * Differentiable by the logits.
 * @param logits [n, h, w, c] @param labels [n, h, w] int32; outside [0, c) is ignored.
 * @param groups 1, or n for each image on its own. @param absent whether classes without a pixel in the group count.
 * @returns a scalar; 0 with a gradient of 0 where no pixel is valid.
 */
export function lovaszSoftmax(logits: Tensor4D, labels: Tensor3D, groups: number, absent: boolean): Scalar {
  const [n, h, w, c] = logits.shape;
  const pixels = (n * h * w) / groups;
  return withGradient<Scalar>([logits], () => {
    const inputs = [
      reshape(logits, [groups, pixels, c]),
      reshape(labels, [groups, pixels]),
      tensor1d([absent ? 1 : 0]),
    ];
    const [value, slope] = runOp('AslLovasz', inputs, {}, 2) as [Scalar, Tensor3D];
    return {
      value,
      save: [reshape(slope, [n, h, w, c])],
      gradient: (dy, [saved]) => [mul(saved as Tensor, dy)],
    };
  });
}
