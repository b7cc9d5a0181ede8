import type { SlidingMaximum } from './sliding-maximum.ts';

/** Images in memory: [n, h, w, c]. */
type Shape = readonly [number, number, number, number];

/**
 * The maximum over a window whose rows have different widths, as a disc has: rows grow to the widths in turn, from the
 * narrowest, and each counts where the window is as wide. So the work is in the number of the window's rows, not of its pixels.
 * Windows are cut off at the image's border. Of equal values one is the source: that of a nearer row before that of one farther
 * off.
 * @param widths how many pixels the window has on either side, in its middle row and those after it; they never rise.
 */
export function shapedMaximum(x: Float32Array, shape: Shape, widths: readonly number[]): SlidingMaximum {
  const values = new Float32Array(x.length).fill(Number.NEGATIVE_INFINITY);
  const sources = new Int32Array(x.length);
  let rows: SlidingMaximum = { values: x, sources: Int32Array.from(x, (_, index) => index) };
  let reached = 0;
  for (let far = widths.length - 1; far >= 0; far--) {
    const width = widths[far] as number;
    while (reached < width) {
      // A window whose middle is outside the image is missed by nobody: what it holds of the image, the one here does.
      const step = Math.min(reached + 1, width - reached);
      rows = grownRows(rows, shape, step);
      reached += step;
    }
    for (const down of far === 0 ? [0] : [-far, far]) putRows(rows, { values, sources }, shape, down);
  }
  return { values, sources };
}

/** The largest of each value and those `step` pixels to its left and right. */
function grownRows({ values, sources }: SlidingMaximum, [n, h, w, c]: Shape, step: number): SlidingMaximum {
  const grown = { values: values.slice(), sources: sources.slice() };
  const length = w * c;
  const offset = step * c;
  for (let start = 0; start < n * h * length; start += length) {
    for (let to = start; to < start + length - offset; to++) take(values, sources, to + offset, grown, to);
    for (let to = start + offset; to < start + length; to++) take(values, sources, to - offset, grown, to);
  }
  return grown;
}

/** Puts each row where it is `down` rows away. */
function putRows({ values, sources }: SlidingMaximum, into: SlidingMaximum, [n, h, w, c]: Shape, down: number): void {
  const offset = down * w * c;
  for (let image = 0; image < n; image++) {
    const first = (image * h + Math.max(0, -down)) * w * c;
    const last = (image * h + Math.min(h, h - down)) * w * c;
    for (let to = first; to < last; to++) take(values, sources, to + offset, into, to);
  }
}

/** Takes a value that is as large as the one that is there; and one that is no number, which stays. */
function take(values: Float32Array, sources: Int32Array, from: number, into: SlidingMaximum, to: number): void {
  const value = values[from] as number;
  if (value < (into.values[to] as number) || Number.isNaN(into.values[to] as number)) return;
  into.values[to] = value;
  into.sources[to] = sources[from] as number;
}
