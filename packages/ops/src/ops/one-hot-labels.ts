import { cast, equal, oneHot, reshape, type Tensor3D, type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';
import { isNative } from '../native/native-ops.ts';

/**
 * Labels as masks.
 * @param labels [n, h, w] int32
 * @returns [n, h, w, classes] float32: 1 at the pixel's class; all 0 where the label is outside [0, classes).
 */
export function oneHotLabels(labels: Tensor3D, classes: number): Tensor4D {
  // tfjs's operation refuses a single class.
  if (classes === 1) return reshape(cast(equal(labels, 0), 'float32'), [...labels.shape, 1]);
  return isNative() ? (oneHot(labels, classes, 1, 0, 'float32') as Tensor4D) : writtenMasks(labels, classes);
}

/** tfjs's WebAssembly kernel is a hundred times slower than this, and writes integers whatever type it is asked for. */
function writtenMasks(labels: Tensor3D, classes: number): Tensor4D {
  const masks = new Float32Array(labels.size * classes);
  let at = 0;
  for (const label of labels.dataSync<'int32'>()) {
    if (label >= 0 && label < classes) masks[at + label] = 1;
    at += classes;
  }
  return tensor4d(masks, [...labels.shape, classes]);
}
