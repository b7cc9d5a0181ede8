import type { Scalar, Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';

/**
 * A searched loss as a function of tensors, differentiable by the logits: for `tf.grad` and `optimizer.minimize`.
 * @param logits [n, h, w, classes] float32, not normalised.
 * @param labels [n, h, w] int32; values outside [0, classes) are ignored.
 * @returns a scalar; 0 with a gradient of 0 where every pixel is ignored.
 * @throws AslError ASL_ARGUMENT_INVALID naming the argument; ASL_ENGINE_MISSING without a backend that it computes right on.
 */
export type LossFunction = (logits: Tensor4D, labels: Tensor3D) => Scalar;
