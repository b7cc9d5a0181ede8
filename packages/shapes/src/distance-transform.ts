/** Lengths of a pixel's sides: from row to row, and from column to column. */
export type Spacing = readonly [row: number, column: number];

/**
 * The squared Euclidean distance of each pixel to the nearest pixel of a mask, between their centres; Infinity where the mask is
 * empty. Exact, in time linear in the number of pixels: Felzenszwalb and Huttenlocher, *Distance Transforms of Sampled Functions*,
 * Theory of Computing 2012.
 * @param mask [h, w], nonzero inside. @returns [h, w], in the square of the spacing's unit.
 */
export function squaredDistances(
  mask: Uint8Array,
  height: number,
  width: number,
  [row, column]: Spacing = [1, 1],
): Float64Array {
  const distances = Float64Array.from(mask, (inside) => (inside === 0 ? Number.POSITIVE_INFINITY : 0));
  const columns = new Envelope(height, row);
  for (let x = 0; x < width; x++) columns.along(distances, x, width);
  const rows = new Envelope(width, column);
  for (let y = 0; y < height; y++) rows.along(distances, y * width, 1);
  return distances;
}

/** The lower envelope of parabolas that stand at each pixel of a line. */
class Envelope {
  readonly #length: number;
  readonly #step: number;
  readonly #line: Float64Array;
  /** Where the parabolas of the envelope stand, and from where each is the lowest. */
  readonly #at: Int32Array;
  readonly #from: Float64Array;

  constructor(length: number, step: number) {
    this.#length = length;
    this.#step = step;
    this.#line = new Float64Array(length);
    this.#at = new Int32Array(length);
    this.#from = new Float64Array(length + 1);
  }

  /** Replaces the values of a line, f, by min over q of f(q) + (step·(p − q))². */
  along(values: Float64Array, start: number, stride: number): void {
    const [line, at, from, length] = [this.#line, this.#at, this.#from, this.#length];
    for (let p = 0; p < length; p++) line[p] = values[start + p * stride] as number;
    let last = -1;
    for (let q = 0; q < length; q++) {
      if (line[q] === Number.POSITIVE_INFINITY) continue;
      let meet = Number.NEGATIVE_INFINITY;
      while (last >= 0) {
        meet = this.#meeting(at[last] as number, q);
        if (meet > (from[last] as number)) break;
        last -= 1;
        meet = Number.NEGATIVE_INFINITY;
      }
      last += 1;
      at[last] = q;
      from[last] = meet;
    }
    if (last < 0) return;
    from[last + 1] = Number.POSITIVE_INFINITY;
    for (let p = 0, k = 0; p < length; p++) {
      while ((from[k + 1] as number) < p) k += 1;
      const q = at[k] as number;
      values[start + p * stride] = (line[q] as number) + (this.#step * (p - q)) ** 2;
    }
  }

  /** Where the parabola at q becomes lower than the one at `before`, in pixels. */
  #meeting(before: number, q: number): number {
    const square = this.#step ** 2;
    const rise = ((this.#line[q] as number) - (this.#line[before] as number)) / square;
    return (rise + q * q - before * before) / (2 * (q - before));
  }
}
