/** Where the pixels of a window's axis come from. */
export interface AxisWarp {
  /** Outputs in [begin, end) lie inside the image, all others are padding. */
  readonly begin: number;
  readonly end: number;
  /** The two inputs to interpolate between, and the weight of the second. [count] */
  readonly first: Int32Array;
  readonly second: Int32Array;
  readonly weight: Float32Array;
  /** The input of nearest centre. [count] */
  readonly nearest: Int32Array;
}

/**
 * Inverse mapping of one axis: output i of `count` is the point (i + ½ + offset) / scale of an input of `from` pixels, pixel
 * centres at half numbers. Flipped, output i is what output count - 1 - i was.
 */
export function warpAxis(
  from: number,
  count: number,
  { scale, offset, flip }: { scale: number; offset: number; flip: boolean },
): AxisWarp {
  const first = new Int32Array(count);
  const second = new Int32Array(count);
  const weight = new Float32Array(count);
  const nearest = new Int32Array(count);
  let begin = count;
  let end = 0;
  for (let out = 0; out < count; out++) {
    const position = ((flip ? count - 1 - out : out) + 0.5 + offset) / scale;
    if (position < 0 || position >= from) continue;
    begin = Math.min(begin, out);
    end = out + 1;
    nearest[out] = Math.floor(position);
    const center = Math.min(Math.max(position - 0.5, 0), from - 1);
    const low = Math.floor(center);
    first[out] = low;
    second[out] = Math.min(low + 1, from - 1);
    weight[out] = center - low;
  }
  return { begin: Math.min(begin, end), end, first, second, weight, nearest };
}
