/** The sums of each image. Most classes are not in most images, so that most numbers are 0: only the others are kept. */
export class ImageRows {
  readonly #length: number;
  readonly #rows: { readonly places: Uint32Array; readonly counts: Float64Array }[] = [];

  /** @param length numbers of a row. */
  constructor(length: number) {
    this.#length = length;
  }

  get images(): number {
    return this.#rows.length;
  }

  add(row: Float64Array): void {
    const places = Uint32Array.from(row.keys()).filter((place) => row[place] !== 0);
    this.#rows.push({ places, counts: Float64Array.from(places, (place) => row[place] as number) });
  }

  /** The sums of an image, in order of the images added. */
  row(image: number): Float64Array {
    const row = new Float64Array(this.#length);
    this.#addTo(row, image, 1);
    return row;
  }

  /** Sums over images, each of which counts as often as `weights` says. */
  total(weights: ArrayLike<number>): Float64Array {
    const total = new Float64Array(this.#length);
    for (let image = 0; image < this.#rows.length; image++) {
      const weight = weights[image] as number;
      if (weight > 0) this.#addTo(total, image, weight);
    }
    return total;
  }

  #addTo(total: Float64Array, image: number, weight: number): void {
    const row = this.#rows[image];
    if (row === undefined) return;
    const { places, counts } = row;
    for (let k = 0; k < places.length; k++) {
      const place = places[k] as number;
      total[place] = (total[place] as number) + weight * (counts[k] as number);
    }
  }
}
