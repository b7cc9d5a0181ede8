import { backend_util, conv2d, pad, reshape, reverse, slice, type Tensor4D, transpose } from '@tensorflow/tfjs-core';

type Shape = readonly [number, number, number, number];

/**
 * The gradient of a convolution by its input, as a convolution: of dy, with zeros between its pixels for a stride, and the
 * filter turned around.
 * @param dy [n, outHeight, outWidth, out] @param filter [rows, columns, in, out] @param inputShape [n, h, w, in]
 */
export function inputGradient(
  dy: Tensor4D,
  filter: Tensor4D,
  inputShape: Shape,
  strides: number | readonly [number, number],
  padding: 'same' | 'valid' | number,
): Tensor4D {
  const [, height, width] = inputShape;
  const [rows, columns] = filter.shape;
  const info = backend_util.computeConv2DInfo([...inputShape], filter.shape, strides as number, 1, padding);
  const { top, left } = info.padInfo;
  const spread = withZerosBetween(dy, info.strideHeight, info.strideWidth);
  const padded = pad(spread, [
    [0, 0],
    [rows - 1 - top, height + top - spread.shape[1]],
    [columns - 1 - left, width + left - spread.shape[2]],
    [0, 0],
  ]);
  return conv2d(padded, transpose(reverse(filter, [0, 1]), [0, 1, 3, 2]), 1, 'valid');
}

/** [n, h, w, c] → [n, (h - 1)·rowStep + 1, (w - 1)·columnStep + 1, c] */
export function withZerosBetween(x: Tensor4D, rowStep: number, columnStep: number): Tensor4D {
  if (rowStep === 1 && columnStep === 1) return x;
  const [n, h, w, c] = x.shape;
  const wide = pad(reshape(x, [n * h, w, 1, c]), [
    [0, 0],
    [0, 0],
    [0, columnStep - 1],
    [0, 0],
  ]);
  const tall = pad(reshape(wide, [n, h, 1, w * columnStep * c]), [
    [0, 0],
    [0, 0],
    [0, rowStep - 1],
    [0, 0],
  ]);
  const spread: Tensor4D = reshape(tall, [n, h * rowStep, w * columnStep, c]);
  return slice(spread, [0, 0, 0, 0], [n, (h - 1) * rowStep + 1, (w - 1) * columnStep + 1, c]);
}
