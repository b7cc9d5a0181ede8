import { depthwiseConv2d, type Tensor4D, tensor4d, tidy, tile } from '@tensorflow/tfjs-core';
import type { SsimOptions } from './options.ts';

/** Weighted means over windows that are separable and symmetric: their own transpose, which gradients need. */
export type Blur = (x: Tensor4D) => Tensor4D;

/** Of a window's pixels along one axis; their sum is 1. */
export function gaussianWeights({ window: side, sigma }: Pick<SsimOptions, 'window' | 'sigma'>): readonly number[] {
  const centre = (side - 1) / 2;
  const raw = Array.from({ length: side }, (_, i) => Math.exp(-((i - centre) ** 2) / (2 * sigma ** 2)));
  const total = raw.reduce((sum, value) => sum + value, 0);
  return raw.map((value) => value / total);
}

/**
 * The mean over a Gaussian window around each pixel, weights summing to 1; outside the image is 0. Call inside a tidy.
 * @returns takes and gives [n, h, w, channels].
 */
export function gaussianWindow(options: Pick<SsimOptions, 'window' | 'sigma'>, channels: number): Blur {
  const side = options.window;
  const weights = [...gaussianWeights(options)];
  const down = tile(tensor4d(weights, [side, 1, 1, 1]), [1, 1, channels, 1]);
  const across = tile(tensor4d(weights, [1, side, 1, 1]), [1, 1, channels, 1]);
  return (x) => tidy(() => depthwiseConv2d(depthwiseConv2d(x, down, 1, 'same'), across, 1, 'same'));
}
