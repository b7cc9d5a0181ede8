import { mean, type Tensor4D } from '@tensorflow/tfjs-core';

/** The mean over each image, for each channel. @param x [n, h, w, c] @returns [n, 1, 1, c] */
export function globalAveragePool(x: Tensor4D): Tensor4D {
  return mean(x, [1, 2], true);
}
