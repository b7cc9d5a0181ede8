/** Intensities that become black and white. */
export type Window = readonly [low: number, high: number];

/** So many values show a distribution; more are not sorted. */
const LOOKED_AT = 2 ** 20;

/**
 * Between which values all but the darkest and the brightest `outside` of a volume lie; of large volumes, of values that are evenly
 * spread over it. Where these are equal, the smallest and the largest value.
 * @param data finite values, at least one.
 * @param outside share at either end, in [0, 0.5).
 */
export function percentileWindow(data: Float32Array, outside = 0.005): Window {
  const step = Math.max(1, data.length / LOOKED_AT);
  const sorted = Float32Array.from(
    { length: Math.floor(data.length / step) },
    (_, index) => data[Math.floor(index * step)] as number,
  ).sort();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))] as number;
  const window: Window = [at(outside), at(1 - outside)];
  return window[0] < window[1] ? window : [at(0), at(1)];
}

/** Intensities as bytes: what the window holds from 0 to 255, the rest at its ends. All 0 for a window of one value. */
export function windowed(data: Float32Array, [low, high]: Window): Uint8ClampedArray {
  const factor = high > low ? 255 / (high - low) : 0;
  return Uint8ClampedArray.from(data, (value) => (value - low) * factor);
}
