import { matMul, reshape, type Tensor2D, type Tensor4D } from '@tensorflow/tfjs-core';

/**
 * Weighted sums of the rows and of the columns of images.
 * @param x [n, h, w, c] @param rows [H, h] @param columns [W, w] @returns [n, H, W, c]
 */
export function resample(x: Tensor4D, rows: Tensor2D, columns: Tensor2D): Tensor4D {
  const [n, h, w, c] = x.shape;
  const [newHeight, newWidth] = [rows.shape[0], columns.shape[0]];
  const tall = matMul(reshape(rows, [1, newHeight, h]), reshape(x, [n, h, w * c]));
  const wide = matMul(reshape(columns, [1, newWidth, w]), reshape(tall, [n * newHeight, w, c]));
  return reshape(wide, [n, newHeight, newWidth, c]);
}
