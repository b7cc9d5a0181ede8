/**
 * The lower envelope of parabolas (x - place)² + height: at each x the least of them, in constant time on average
 * (Felzenszwalb and Huttenlocher 2012). Add places in ascending order, then ask for x in ascending order.
 */
export class LowerEnvelope {
  readonly #places: Float64Array;
  readonly #heights: Float64Array;
  /** From where on each parabola is the lowest. */
  readonly #starts: Float64Array;
  #count = 0;
  #current = 0;

  /** @param capacity the most parabolas between two calls of `clear`. */
  constructor(capacity: number) {
    this.#places = new Float64Array(capacity);
    this.#heights = new Float64Array(capacity);
    this.#starts = new Float64Array(capacity);
  }

  clear(): void {
    this.#count = 0;
    this.#current = 0;
  }

  /** @param height may be Infinity: no parabola. */
  add(place: number, height: number): void {
    if (height === Number.POSITIVE_INFINITY) return;
    let start = Number.NEGATIVE_INFINITY;
    while (this.#count > 0) {
      const last = this.#count - 1;
      const lastPlace = this.#places[last] as number;
      const lastHeight = this.#heights[last] as number;
      start = (height + place * place - lastHeight - lastPlace * lastPlace) / (2 * (place - lastPlace));
      if (start > (this.#starts[last] as number)) break;
      this.#count--;
      start = Number.NEGATIVE_INFINITY;
    }
    this.#places[this.#count] = place;
    this.#heights[this.#count] = height;
    this.#starts[this.#count] = start;
    this.#count++;
  }

  /** The least parabola at x; Infinity without any. */
  at(x: number): number {
    if (this.#count === 0) return Number.POSITIVE_INFINITY;
    while (this.#current + 1 < this.#count && (this.#starts[this.#current + 1] as number) < x) this.#current++;
    const offset = x - (this.#places[this.#current] as number);
    return offset * offset + (this.#heights[this.#current] as number);
  }
}
