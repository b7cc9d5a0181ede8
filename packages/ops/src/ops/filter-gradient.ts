import {
  backend_util,
  concat,
  matMul,
  reshape,
  slice,
  stridedSlice,
  type Tensor,
  type Tensor2D,
  type Tensor4D,
  transpose,
  zeros,
} from '@tensorflow/tfjs-core';
import { isNative } from '../native/native-ops.ts';

type Shape = readonly [number, number, number, number];

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
  filterShape: Shape,
  strides: number | readonly [number, number],
  dilation: number,
  padding: 'same' | 'valid' | number,
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
      const seen = everyNth(
        x,
        [0, rows.start, columns.start, 0],
        [n, (countRows - 1) * strideHeight + 1, (countColumns - 1) * strideWidth + 1, inChannels],
        [1, strideHeight, strideWidth, 1],
      );
      const slope = slice(dy, [0, rows.first, columns.first, 0], [n, countRows, countColumns, outChannels]);
      taps.push(sumOverPixels(reshape(seen, [-1, inChannels]), reshape(slope, [-1, outChannels])));
    }
  }
  return reshape(concat(taps, 0), [...filterShape]);
}

/** The part of x from `begin` on, of this size, and of that every nth along each axis. */
function everyNth(x: Tensor4D, begin: Shape, size: Shape, steps: Shape): Tensor4D {
  // A plain slice is much faster on WebAssembly.
  if (steps.every((step) => step === 1)) return slice(x, [...begin], [...size]);
  const end = begin.map((first, axis) => first + (size[axis] as number));
  return stridedSlice(x, [...begin], end, [...steps]) as Tensor4D;
}

/** aᵀb. @param a [pixels, in] @param b [pixels, out] @returns [in, out] */
function sumOverPixels(a: Tensor2D, b: Tensor2D): Tensor2D {
  if (isNative()) return matMul(a, b, true, false);
  // WebAssembly's product is slow where it has to transpose itself; so the smaller one is transposed for it.
  return a.shape[1] < b.shape[1] ? matMul(transpose(a), b) : transpose(matMul(transpose(b), a));
}

/** @param offset the pixel that output 0 sees; may lie outside. */
function overlap(offset: number, stride: number, size: number, outputs: number): Overlap | undefined {
  const first = Math.max(0, Math.ceil(-offset / stride));
  const last = Math.min(outputs, Math.floor((size - 1 - offset) / stride) + 1);
  return last > first ? { first, last, start: first * stride + offset } : undefined;
}
