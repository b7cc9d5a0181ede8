import { type Tensor4D, tensor1d } from '@tensorflow/tfjs-core';
import { hasOwnOps, runOp1 } from '../native/native-ops.ts';

/** Outputs along a side of a tile, and its products; of a plain convolution, products of one output. */
const TILE = 4;
const TILE_PRODUCTS = 36;
const PIXEL_PRODUCTS = 9;
/** Channels come in multiples of this. */
const LANES = 16;
/** Above this share of a plain convolution's products, what tiles cost besides makes them slower. */
const WORTHWHILE = 0.5;
/** Of the transformed image that the gradient by the filter keeps, at most. */
const MOST_BYTES = 2 ** 27;

type Shape = readonly [number, number, number, number];

/**
 * How many products convolutions by 4×4 tiles (`AslConvolution3x3`) take of those of a plain one: a quarter, or more where tiles
 * reach beyond the image. Infinity where they cannot be had: they are for filters of 3×3, stride 1, and widths that suit vectors.
 * @param x [n, h, w, in] @param filter [3, 3, in, out]
 */
function shareOfProducts(x: Shape, filter: Shape, stride: number, dilation: number): number {
  const [rows, columns, from, to] = filter;
  if (!hasOwnOps() || rows !== 3 || columns !== 3 || stride !== 1) return Number.POSITIVE_INFINITY;
  if (from % LANES !== 0 || to % LANES !== 0) return Number.POSITIVE_INFINITY;
  const [, height, width] = x;
  return (
    (TILE_PRODUCTS * tilesAlong(height, dilation) * tilesAlong(width, dilation)) / (PIXEL_PRODUCTS * height * width)
  );
}

/** Of all the interleaved parts of a side. */
function tilesAlong(size: number, dilation: number): number {
  let tiles = 0;
  for (let first = 0; first < Math.min(dilation, size); first++) {
    tiles += Math.ceil(Math.ceil((size - first) / dilation) / TILE);
  }
  return tiles;
}

/** Whether `convolve3x3` and `inputGradient3x3` are there for these shapes, and faster than TensorFlow's. */
export function suitsTiles(x: Shape, filter: Shape, stride: number, dilation: number): boolean {
  return shareOfProducts(x, filter, stride, dilation) <= WORTHWHILE;
}

/** The same of `filterGradient3x3`. */
export function filterGradientSuitsTiles(x: Shape, filter: Shape, stride: number, dilation: number): boolean {
  // Dilated, it is one product for each tap otherwise.
  if (shareOfProducts(x, filter, stride, dilation) > (dilation === 1 ? WORTHWHILE : 1)) return false;
  const [images, height, width, channels] = x;
  const tiles = images * tilesAlong(height, dilation) * tilesAlong(width, dilation);
  return tiles * TILE_PRODUCTS * channels * Float32Array.BYTES_PER_ELEMENT <= MOST_BYTES;
}

/** @param x [n, h, w, in] @param filter [3, 3, in, out] @returns [n, h, w, out] */
export function convolve3x3(x: Tensor4D, filter: Tensor4D, dilation: number): Tensor4D {
  return runOp1('AslConvolution3x3', [x, filter, tensor1d([dilation], 'int32')], {});
}

/** @param dy [n, h, w, out] @param filter [3, 3, in, out] @returns the gradient by x, [n, h, w, in] */
export function inputGradient3x3(dy: Tensor4D, filter: Tensor4D, dilation: number): Tensor4D {
  return runOp1('AslConvolution3x3InputGrad', [dy, filter, tensor1d([dilation], 'int32')], {});
}

/** @param x [n, h, w, in] @param dy [n, h, w, out] @returns the gradient by the filter, [3, 3, in, out] */
export function filterGradient3x3(x: Tensor4D, dy: Tensor4D, dilation: number): Tensor4D {
  return runOp1('AslConvolution3x3FilterGrad', [x, dy, tensor1d([dilation], 'int32')], {});
}
