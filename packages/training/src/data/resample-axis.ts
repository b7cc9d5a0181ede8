/** How each of `count` outputs along one axis is a weighted sum of neighbouring inputs. */
export interface AxisResampling {
  readonly count: number;
  /** The most inputs that one output takes. */
  readonly taps: number;
  /** First input of each output. [count] */
  readonly starts: Int32Array;
  /** Weights that add up to 1; 0 beyond the last input of an output. [count, taps] */
  readonly weights: Float64Array;
}

/**
 * Resampling of one axis from `from` to `to` pixels, both covering the same length: area averages where it shrinks (no
 * aliasing), linear interpolation between pixel centres where it grows (the border pixel goes on outwards).
 */
export function resampleAxis(from: number, to: number): AxisResampling {
  const step = from / to;
  const taps = step > 1 ? Math.ceil(step) + 1 : 2;
  const starts = new Int32Array(to);
  const weights = new Float64Array(to * taps);
  for (let out = 0; out < to; out++) {
    if (step > 1) {
      const low = out * step;
      const high = low + step;
      const start = Math.floor(low);
      starts[out] = start;
      for (let tap = 0; tap < taps; tap++) {
        const overlap = Math.min(high, start + tap + 1, from) - Math.max(low, start + tap);
        weights[out * taps + tap] = Math.max(0, overlap) / step;
      }
    } else {
      const center = Math.min(Math.max((out + 0.5) * step - 0.5, 0), from - 1);
      const start = Math.floor(center);
      starts[out] = start;
      weights[out * taps] = 1 - (center - start);
      weights[out * taps + 1] = center - start;
    }
  }
  return { count: to, taps, starts, weights };
}
