import { type Tensor2D, type Tensor4D, tensor2d, transpose } from '@tensorflow/tfjs-core';
import { resample } from './resample.ts';
import { withGradient } from './with-gradient.ts';

/**
 * Means over a grid of bins that cover each image: PyTorch's `AdaptiveAvgPool2d`. Bin i of b reaches from ⌊i·h/b⌋ to ⌈(i+1)·h/b⌉,
 * so that bins of an image that is smaller than the grid repeat pixels.
 * @param x [n, h, w, c] @param bins along each axis. @returns [n, bins, bins, c]
 */
export function adaptiveAveragePool(x: Tensor4D, bins: number): Tensor4D {
  const [, h, w] = x.shape;
  return withGradient<Tensor4D>([x], () => ({
    value: resample(x, shares(h, bins), shares(w, bins)),
    save: [],
    gradient: (dy) => [resample(dy, transpose(shares(h, bins)), transpose(shares(w, bins)))],
  }));
}

/** How much each of `size` positions counts in each bin. [bins, size] */
function shares(size: number, bins: number): Tensor2D {
  const values = new Float32Array(bins * size);
  for (let bin = 0; bin < bins; bin++) {
    const first = Math.floor((bin * size) / bins);
    const last = Math.ceil(((bin + 1) * size) / bins);
    values.fill(1 / (last - first), bin * size + first, bin * size + last);
  }
  return tensor2d(values, [bins, size]);
}
