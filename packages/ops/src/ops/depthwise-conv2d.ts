import {
  addN,
  backend_util,
  concat,
  mul,
  pad,
  reshape,
  reverse,
  slice,
  stridedSlice,
  sum,
  type Tensor,
  type Tensor4D,
  tensor1d,
  depthwiseConv2d as tfDepthwise,
  type Variable,
} from '@tensorflow/tfjs-core';
import { hasOwnOps, isNative, runOp1 } from '../native/native-ops.ts';
import type { Conv2dOptions } from './conv2d.ts';
import { withZerosBetween } from './input-gradient.ts';
import { withGradient } from './with-gradient.ts';

/** Where the taps of a filter lie: output o sees pixel o·stride + tap·dilation - top (or left). */
interface Geometry {
  readonly stride: number;
  readonly dilation: number;
  readonly top: number;
  readonly left: number;
  readonly outHeight: number;
  readonly outWidth: number;
}

/**
 * 2-D convolution of each channel by a filter of its own, with zeros around the image as `conv2d` has them.
 * @param x [n, h, w, c]
 * @param filter [rows, columns, c, 1], square and of odd size.
 * @returns [n, ceil(h / stride), ceil(w / stride), c]
 */
export function depthwiseConv2d(x: Tensor4D, filter: Tensor4D | Variable, options: Conv2dOptions = {}): Tensor4D {
  const { stride = 1, dilation = 1, padding = 'same' } = options;
  const taps = filter as Tensor4D;
  const zeros = padding === 'symmetric' ? (dilation * (taps.shape[0] - 1)) / 2 : 'same';
  const info = backend_util.computeConv2DInfo(x.shape, taps.shape, stride, dilation, zeros, undefined, true);
  const { outHeight, outWidth, padInfo } = info;
  const geometry: Geometry = { stride, dilation, top: padInfo.top, left: padInfo.left, outHeight, outWidth };
  return hasOwnOps() ? nativeDepthwise(x, taps, geometry) : composedDepthwise(x, taps, geometry);
}

function nativeDepthwise(x: Tensor4D, filter: Tensor4D, geometry: Geometry): Tensor4D {
  const { stride, dilation, top, left, outHeight, outWidth } = geometry;
  const settings = (height: number, width: number): Tensor =>
    tensor1d([stride, dilation, top, left, height, width], 'int32');
  return withGradient<Tensor4D>([x, filter], () => ({
    value: runOp1<Tensor4D>('AslDepthwise', [x, filter, settings(outHeight, outWidth)], {}),
    save: [x, filter],
    gradient: (dy, saved) => {
      const [images, weights] = saved as [Tensor4D, Tensor4D];
      return [
        runOp1('AslDepthwiseInputGrad', [dy, weights, settings(images.shape[1], images.shape[2])], {}),
        runOp1('AslDepthwiseFilterGrad', [images, dy, settings(weights.shape[0], weights.shape[1])], {}),
      ];
    },
  }));
}

/** Of tfjs's own operations, for every backend. */
export function composedDepthwise(x: Tensor4D, filter: Tensor4D, geometry: Geometry): Tensor4D {
  const { stride, dilation, top, left, outHeight, outWidth } = geometry;
  const [, height, width] = x.shape;
  const [rows, columns] = filter.shape;
  const reach = [(rows - 1) * dilation, (columns - 1) * dilation] as const;
  return withGradient<Tensor4D>([x, filter], () => {
    const padded = pad(x, [
      [0, 0],
      [top, Math.max(0, (outHeight - 1) * stride + reach[0] + 1 - height - top)],
      [left, Math.max(0, (outWidth - 1) * stride + reach[1] + 1 - width - left)],
      [0, 0],
    ]);
    return {
      value: convolveInside(padded, filter, geometry),
      save: [padded, filter],
      gradient: (dy, saved) => {
        const [images, weights] = saved as [Tensor4D, Tensor4D];
        const spread = withZerosBetween(dy, stride, stride);
        const around = pad(spread, [
          [0, 0],
          [reach[0] - top, height + top - spread.shape[1]],
          [reach[1] - left, width + left - spread.shape[2]],
          [0, 0],
        ]);
        const back = { ...geometry, stride: 1, outHeight: height, outWidth: width };
        return [
          convolveInside(around, reverse(weights, [0, 1]), back),
          filterGradient(images, dy, weights.shape, geometry),
        ];
      },
    };
  });
}

/** @param x with its zeros. */
function convolveInside(x: Tensor4D, filter: Tensor4D, geometry: Geometry): Tensor4D {
  const { stride, dilation } = geometry;
  // TensorFlow's kernels for GPUs leave the dilation out, and say nothing.
  if (dilation === 1 || !isNative()) return tfDepthwise(x, filter, stride, 'valid', 'NHWC', dilation);
  const products = taps(filter.shape).map(([row, column]) => {
    const weights = reshape(slice(filter, [row, column, 0, 0], [1, 1, -1, 1]), [-1]);
    return mul(seenThrough(x, row, column, geometry), weights) as Tensor4D;
  });
  return addN(products);
}

/** @param x with its zeros. */
function filterGradient(x: Tensor4D, dy: Tensor4D, shape: Tensor4D['shape'], geometry: Geometry): Tensor4D {
  const each = taps(shape).map(([row, column]) => sum(mul(seenThrough(x, row, column, geometry), dy), [0, 1, 2]));
  return reshape(concat(each), shape);
}

function taps([rows, columns]: readonly [number, number, ...number[]]): readonly (readonly [number, number])[] {
  return Array.from({ length: rows * columns }, (_, tap) => [Math.floor(tap / columns), tap % columns] as const);
}

/** What of the image all outputs see through one tap. [n, outHeight, outWidth, c] */
function seenThrough(x: Tensor4D, row: number, column: number, geometry: Geometry): Tensor4D {
  const { stride, dilation, outHeight, outWidth } = geometry;
  const [n, , , c] = x.shape;
  const [top, left] = [row * dilation, column * dilation];
  if (stride === 1) return slice(x, [0, top, left, 0], [n, outHeight, outWidth, c]);
  const end = [n, top + (outHeight - 1) * stride + 1, left + (outWidth - 1) * stride + 1, c];
  return stridedSlice(x, [0, top, left, 0], end, [1, stride, stride, 1]) as Tensor4D;
}
