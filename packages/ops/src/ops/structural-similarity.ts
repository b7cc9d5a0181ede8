import { mul, type Scalar, type Tensor, type Tensor3D, type Tensor4D, tensor1d } from '@tensorflow/tfjs-core';
import { hasOwnOps, runOp } from '../native/native-ops.ts';
import { withGradient } from './with-gradient.ts';

/** Whether `structuralSimilarity` can be used: it has one implementation, for TensorFlow on the processor. */
export function hasStructuralSimilarity(): boolean {
  return hasOwnOps();
}

/**
 * 1 - SSIM (Wang et al., IEEE TIP 2004) of each class's probabilities and its label, the mean over classes and valid pixels.
 * Differentiable by the logits.
 * @param logits [n, h, w, c] @param labels [n, h, w] int32; outside [0, c) is ignored.
 * @param window weights of a separable window along one axis, symmetric, an odd number.
 * @param inside whether windows end at the image's border and at ignored pixels; else prediction and label are 0 there.
 * @returns a scalar; 0 with a gradient of 0 where no pixel is valid.
 */
export function structuralSimilarity(
  logits: Tensor4D,
  labels: Tensor3D,
  window: readonly number[],
  inside: boolean,
): Scalar {
  return withGradient<Scalar>([logits], () => {
    const inputs = [logits, labels, tensor1d([...window]), tensor1d([inside ? 1 : 0])];
    const [value, slope] = runOp('AslSsim', inputs, {}, 2) as [Scalar, Tensor4D];
    return { value, save: [slope], gradient: (dy, [saved]) => [mul(saved as Tensor, dy)] };
  });
}
