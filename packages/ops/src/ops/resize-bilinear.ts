import { type Tensor, type Tensor2D, type Tensor4D, tensor1d, tensor2d, transpose } from '@tensorflow/tfjs-core';
import { hasOwnOps, isNative, runOp1 } from '../native/native-ops.ts';
import { resample } from './resample.ts';
import { withGradient } from './with-gradient.ts';

const ATTRIBUTES = {
  T: { type: 'float32' },
  align_corners: { bool: false },
  half_pixel_centers: { bool: true },
} as const;

/**
 * Bilinear interpolation with half-pixel centres, without anti-aliasing: `align_corners=False` of PyTorch.
 * @param x [n, h, w, c]
 * @returns [n, height, width, c]
 */
export function resizeBilinear(x: Tensor4D, [height, width]: readonly [height: number, width: number]): Tensor4D {
  if (x.shape[1] === height && x.shape[2] === width) return x.clone();
  return isNative() ? nativeResize(x, height, width) : composedResize(x, height, width);
}

function nativeResize(x: Tensor4D, height: number, width: number): Tensor4D {
  const { shape } = x;
  return withGradient<Tensor4D>([x], () => ({
    value: runOp1<Tensor4D>('ResizeBilinear', [x, tensor1d([height, width], 'int32')], ATTRIBUTES),
    save: [],
    gradient: (dy) => [
      hasOwnOps()
        ? runOp1<Tensor4D>('AslResizeBilinearGrad', [dy, tensor1d(shape.slice(1, 3), 'int32')], {})
        : runOp1<Tensor4D>('ResizeBilinearGrad', [dy, originalOf(shape)], ATTRIBUTES),
    ],
  }));
}

/** Interpolation is linear along each axis: a matrix for the rows, one for the columns. */
export function composedResize(x: Tensor4D, height: number, width: number): Tensor4D {
  const [, h, w] = x.shape;
  return withGradient<Tensor4D>([x], () => ({
    value: resample(x, weights(h, height), weights(w, width)),
    save: [],
    gradient: (dy) => [resample(dy, transpose(weights(h, height)), transpose(weights(w, width)))],
  }));
}

/** How much each of `from` positions counts at each of `to`. [to, from] */
function weights(from: number, to: number): Tensor2D {
  const values = new Float32Array(to * from);
  for (let index = 0; index < to; index++) {
    const position = Math.max(0, ((index + 0.5) * from) / to - 0.5);
    const low = Math.min(Math.floor(position), from - 1);
    const high = Math.min(low + 1, from - 1);
    const share = position - low;
    values[index * from + low] = (values[index * from + low] ?? 0) + 1 - share;
    values[index * from + high] = (values[index * from + high] ?? 0) + share;
  }
  return tensor2d(values, [to, from]);
}

/** The gradient op asks for the original images, but reads nothing of them except their size. */
function originalOf(shape: readonly [number, number, number, number]): Tensor {
  return runOp1('Empty', [tensor1d([...shape], 'int32')], { dtype: { type: 'float32' }, init: { bool: false } });
}
