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
import { scatterToSources, slidingMaximum } from './sliding-maximum.ts';
import { withGradient } from './with-gradient.ts';

/**
 * Dilation of soft masks: the maximum over the part of (2·tolerance+1)² pixels that lies in the image. Differentiable:
 * the gradient goes to the first of the largest values, in reading order.
 * @param mask [n, h, w, c] in [0, 1] @param tolerance in pixels, 0 or more
 */
export function dilate(mask: Tensor4D, tolerance: number): Tensor4D {
  return windowExtreme(mask, tolerance, 1);
}

/**
 * Erosion of soft masks: the minimum over (2·radius+1)² pixels. Differentiable, as `dilate`.
 * @param mask [n, h, w, c] in [0, 1] @param radius in pixels, 0 or more
 * @param outside what pixels outside the image count as: with 1 an image's border is no edge, with 0 it is one.
 */
export function erode(mask: Tensor4D, radius: number, outside: 0 | 1): Tensor4D {
  const eroded = windowExtreme(mask, radius, -1);
  return outside === 1 || radius === 0 ? eroded : mul(eroded, farFromBorder(mask.shape, radius));
}

/** 0 where the window leaves the image, else 1. [1, h, w, 1] */
function farFromBorder([, h, w]: Tensor4D['shape'], radius: number): Tensor4D {
  const [rows, columns] = [h - 2 * radius, w - 2 * radius];
  if (rows <= 0 || columns <= 0) return zeros([1, h, w, 1]);
  const border: [number, number] = [radius, radius];
  return pad4d(ones<Rank.R4>([1, rows, columns, 1]), [[0, 0], border, border, [0, 0]]);
}

/**
 * The maximum (sign 1) or minimum (sign -1) over the part of the window that is in the image: with values in [0, 1], counting
 * 0, or 1 for the minimum, outside changes nothing. Always first along the rows, then along the columns: then the first of
 * equal values is the first in reading order.
 */
function windowExtreme(x: Tensor4D, reach: number, sign: 1 | -1): Tensor4D {
  if (reach === 0) return x.clone();
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
  return withGradient<Tensor4D>([x], () => {
    const rows = slidingMaximum(x.dataSync() as Float32Array, { outer: n * h, length: w, inner: c }, reach);
    const columns = slidingMaximum(rows.values, { outer: n, length: h, inner: w * c }, reach);
    const sources = columns.sources.map((index) => rows.sources[index] as number);
    return {
      value: tensor4d(columns.values, x.shape),
      save: [tensor1d(sources, 'int32')],
      gradient: (dy, [saved]) => [
        tensor4d(scatterToSources(dy.dataSync(), saved?.dataSync() ?? [], x.size), [n, h, w, c]),
      ],
    };
  });
}
