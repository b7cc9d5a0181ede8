import { oneHot, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';

/**
 * Labels as masks.
 * @param labels [n, h, w] int32
 * @returns [n, h, w, classes] float32: 1 at the pixel's class; all 0 where the label is outside [0, classes).
 */
export function oneHotLabels(labels: Tensor3D, classes: number): Tensor4D {
  return oneHot(labels, classes, 1, 0, 'float32') as Tensor4D;
}
