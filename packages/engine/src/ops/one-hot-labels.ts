import { cast, equal, oneHot, reshape, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import { isNative } from '../backend/native-ops.ts';

/**
 * Labels as masks.
 * @param labels [n, h, w] int32
 * @returns [n, h, w, classes] float32: 1 at the pixel's class; all 0 where the label is outside [0, classes).
 */
export function oneHotLabels(labels: Tensor3D, classes: number): Tensor4D {
  // tfjs's operation refuses a single class.
  if (classes === 1) return reshape(cast(equal(labels, 0), 'float32'), [...labels.shape, 1]);
  if (isNative()) return oneHot(labels, classes, 1, 0, 'float32') as Tensor4D;
  // tfjs's WebAssembly kernel writes integers, whatever type it is asked for.
  return cast(oneHot(labels, classes, 1, 0, 'int32') as Tensor4D, 'float32');
}
