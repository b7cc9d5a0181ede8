import type { Window } from '@auto-seg-loss/kernel';
import {
  maxPool,
  mul,
  neg,
  ones,
  pad4d,
  type Rank,
  type Tensor,
  type Tensor4D,
  tensor1d,
  tensor4d,
  zeros,
} from '@tensorflow/tfjs-core';
import { hasOwnOps, isNative, runOp, runOp1 } from '../native/native-ops.ts';
import { shapedMaximum } from './shaped-maximum.ts';
import { type SlidingMaximum, scatterToSources, slidingMaximum } from './sliding-maximum.ts';
import { withGradient } from './with-gradient.ts';

/**
 * Dilation of soft masks: the maximum over the part of a window that lies in the image. Differentiable: of a square, the
 * gradient goes to the first of the largest values, in reading order.
 * @param mask [n, h, w, c] in [0, 1] @param window a number is a square of as many pixels to each side
 */
export function dilate(mask: Tensor4D, window: Window): Tensor4D {
  return windowExtreme(mask, window, 1);
}

/**
 * Erosion of soft masks: the minimum over a window. Differentiable, as `dilate`.
 * @param mask [n, h, w, c] in [0, 1] @param window a number is a square of as many pixels to each side
 * @param outside what pixels outside the image count as: with 1 an image's border is no edge, with 0 it is one.
 */
export function erode(mask: Tensor4D, window: Window, outside: 0 | 1): Tensor4D {
  const eroded = windowExtreme(mask, window, -1);
  if (outside === 1 || window === 0) return eroded;
  const [down, right] = typeof window === 'number' ? [window, window] : [window.length - 1, window[0] as number];
  return mul(eroded, farFromBorder(mask.shape, down, right));
}

/** 0 where the window leaves the image, else 1. [1, h, w, 1] */
function farFromBorder([, h, w]: Tensor4D['shape'], down: number, right: number): Tensor4D {
  const [rows, columns] = [h - 2 * down, w - 2 * right];
  if (rows <= 0 || columns <= 0) return zeros([1, h, w, 1]);
  return pad4d(ones<Rank.R4>([1, rows, columns, 1]), [
    [0, 0],
    [down, down],
    [right, right],
    [0, 0],
  ]);
}

/**
 * The maximum (sign 1) or minimum (sign -1) over the part of the window that is in the image: with values in [0, 1], counting
 * 0, or 1 for the minimum, outside changes nothing. Always first along the rows, then along the columns: then the first of
 * equal values is the first in reading order.
 */
function windowExtreme(x: Tensor4D, reach: Window, sign: 1 | -1): Tensor4D {
  if (reach === 0) return x.clone();
  if (typeof reach !== 'number') {
    const largest = (mask: Tensor4D) => shapedWindowMaximum(mask, reach);
    return sign === 1 ? largest(x) : neg(largest(neg(x)));
  }
  if (hasOwnOps()) return nativeWindowExtreme(x, reach, sign);
  const maximum = isNative() ? pooledWindowMaximum : composedWindowMaximum;
  return sign === 1 ? maximum(x, reach) : neg(maximum(neg(x), reach));
}

function nativeWindowExtreme(x: Tensor4D, reach: number, sign: 1 | -1): Tensor4D {
  return withGradient<Tensor4D>([x], () => {
    const [value, sources] = runOp('AslWindowMaximum', [x, tensor1d([reach, sign], 'int32')], {}, 2);
    return {
      value: value as Tensor4D,
      save: [sources as Tensor],
      gradient: (dy, [saved]) => [runOp1('AslWindowMaximumGrad', [dy, saved as Tensor], {})],
    };
  });
}

/** By TensorFlow's pooling, which has kernels for the GPU. */
export function pooledWindowMaximum(x: Tensor4D, reach: number): Tensor4D {
  const side = 2 * reach + 1;
  return maxPool(maxPool(x, [1, side], 1, 'same'), [side, 1], 1, 'same');
}

/** In plain JavaScript, for backends whose pooling has no right gradient. */
export function composedWindowMaximum(x: Tensor4D, reach: number): Tensor4D {
  const [n, h, w, c] = x.shape;
  return fromSources(x, (data) => {
    const rows = slidingMaximum(data, { outer: n * h, length: w, inner: c }, reach);
    const columns = slidingMaximum(rows.values, { outer: n, length: h, inner: w * c }, reach);
    return { values: columns.values, sources: columns.sources.map((index) => rows.sources[index] as number) };
  });
}

/** Over rows of different widths, in plain JavaScript on every backend. */
function shapedWindowMaximum(x: Tensor4D, widths: readonly number[]): Tensor4D {
  return fromSources(x, (data) => shapedMaximum(data, x.shape, widths));
}

/** Values each of which is one of x, with the gradient of that. */
function fromSources(x: Tensor4D, largest: (data: Float32Array) => SlidingMaximum): Tensor4D {
  const [n, h, w, c] = x.shape;
  return withGradient<Tensor4D>([x], () => {
    const { values, sources } = largest(x.dataSync() as Float32Array);
    return {
      value: tensor4d(values, x.shape),
      save: [tensor1d(sources, 'int32')],
      gradient: (dy, [saved]) => [
        tensor4d(scatterToSources(dy.dataSync(), saved?.dataSync() ?? [], x.size), [n, h, w, c]),
      ],
    };
  });
}
