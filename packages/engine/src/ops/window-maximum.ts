import { maxPool, neg, type Tensor4D } from '@tensorflow/tfjs-core';

/**
 * Dilation of soft masks: the maximum over (2·tolerance+1)² pixels; pixels outside the image count as 0. Differentiable:
 * the gradient goes to the first of the largest values, in reading order.
 * @param mask [n, h, w, c] in [0, 1] @param tolerance in pixels, 0 or more
 */
export function dilate(mask: Tensor4D, tolerance: number): Tensor4D {
  const side = 2 * tolerance + 1;
  // Rows first, then columns: then the first of equal values is the first in reading order. The pooling's own padding
  // never wins, and neither would 0: no value in [0, 1] is below it.
  return maxPool(maxPool(mask, [1, side], 1, 'same'), [side, 1], 1, 'same');
}

/**
 * Erosion of soft masks: the minimum over 3×3 pixels; pixels outside the image count as 1, so that an image's border is no
 * edge. Differentiable, as `dilate`.
 * @param mask [n, h, w, c] in [0, 1]
 */
export function erode3x3(mask: Tensor4D): Tensor4D {
  return neg(dilate(neg(mask), 1));
}
