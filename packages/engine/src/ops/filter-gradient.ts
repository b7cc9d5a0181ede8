import {
  backend_util,
  concat,
  matMul,
  reshape,
  stridedSlice,
  type Tensor,
  type Tensor4D,
  zeros,
} from '@tensorflow/tfjs-core';

/** Where a tap of a filter meets the image, along one axis. */
interface Overlap {
  /** Outputs from `first` to before `last` see a pixel of the image through this tap. */
  readonly first: number;
  readonly last: number;
  /** The pixel that output `first` sees. */
  readonly start: number;
}

/**
 * The gradient of a convolution by its filter: for each tap, the product of the pixels that it sees and dy.
 * @param x [n, h, w, in] @param dy [n, outHeight, outWidth, out] @param filterShape [rows, columns, in, out]
 */
export function filterGradient(
  x: Tensor4D,
  dy: Tensor4D,
  filterShape: readonly [number, number, number, number],
  strides: number | readonly [number, number],
  dilation: number,
  padding: 'same' | 'valid',
): Tensor4D {
  const info = backend_util.computeConv2DInfo(x.shape, [...filterShape], strides as number, dilation, padding);
  const { padInfo, outHeight, outWidth, strideHeight, strideWidth, inChannels, outChannels } = info;
  const [n, height, width] = x.shape;
  const taps: Tensor[] = [];
  for (let row = 0; row < filterShape[0]; row++) {
    const rows = overlap(row * dilation - padInfo.top, strideHeight, height, outHeight);
    for (let column = 0; column < filterShape[1]; column++) {
      const columns = overlap(column * dilation - padInfo.left, strideWidth, width, outWidth);
      if (rows === undefined || columns === undefined) {
        taps.push(zeros([inChannels, outChannels]));
        continue;
      }
      const [countRows, countColumns] = [rows.last - rows.first, columns.last - columns.first];
      const seen = stridedSlice(
        x,
        [0, rows.start, columns.start, 0],
        [
          n,
          rows.start + (countRows - 1) * strideHeight + 1,
          columns.start + (countColumns - 1) * strideWidth + 1,
          inChannels,
        ],
        [1, strideHeight, strideWidth, 1],
      );
      const slope = stridedSlice(
        dy,
        [0, rows.first, columns.first, 0],
        [n, rows.last, columns.last, outChannels],
        [1, 1, 1, 1],
      );
      taps.push(matMul(reshape(seen, [-1, inChannels]), reshape(slope, [-1, outChannels]), true, false));
    }
  }
  return reshape(concat(taps, 0), [...filterShape]);
}

/** @param offset the pixel that output 0 sees; may lie outside. */
function overlap(offset: number, stride: number, size: number, outputs: number): Overlap | undefined {
  const first = Math.max(0, Math.ceil(-offset / stride));
  const last = Math.min(outputs, Math.floor((size - 1 - offset) / stride) + 1);
  return last > first ? { first, last, start: first * stride + offset } : undefined;
}
