import { mostProbable } from '@auto-seg-loss/kernel';
import type { Size } from '../data/resize-sample.ts';
import type { LogitRow, LogitRows } from './logit-rows.ts';

/** Probabilities of an image's pixels, averaged over several looks at it. */
export class MeanProbabilities {
  /** Sums until `mean` is called. [c, h, w] */
  readonly #sums: Float32Array;
  readonly #size: Size;
  readonly #classes: number;
  #looks = 0;

  constructor(size: Size, classes: number) {
    this.#size = size;
    this.#classes = classes;
    this.#sums = new Float32Array(size[0] * size[1] * classes);
  }

  /** Adds the softmax of a look's logits, as they pass. @param rows at the image's size. */
  async *through(rows: LogitRows): LogitRows {
    let pixel = 0;
    for await (const row of rows) {
      this.#addRow(row, pixel);
      pixel += row.length / this.#classes;
      yield row;
    }
    this.#looks += 1;
  }

  #addRow(row: LogitRow, first: number): void {
    const classes = this.#classes;
    const pixels = this.#size[0] * this.#size[1];
    const sums = this.#sums;
    const shares = new Float64Array(classes);
    for (let start = 0, pixel = first; start < row.length; start += classes, pixel++) {
      let highest = Number.NEGATIVE_INFINITY;
      for (let c = 0; c < classes; c++) highest = Math.max(highest, row[start + c] as number);
      let total = 0;
      for (let c = 0; c < classes; c++) {
        const share = Math.exp((row[start + c] as number) - highest);
        shares[c] = share;
        total += share;
      }
      // Rounded before it is added, so that the order of two looks does not matter.
      for (let c = 0, at = pixel; c < classes; c++, at += pixels)
        sums[at] = (sums[at] as number) + Math.fround((shares[c] as number) / total);
    }
  }

  /** The class of the largest mean of each pixel, of equal ones the lowest. [h, w] */
  mostLikely(): Uint8Array {
    const [height, width] = this.#size;
    return mostProbable.decode(this.#sums, { classes: this.#classes, height, width });
  }

  /** [c, h, w]; what is added from now on is lost. */
  mean(): Float32Array {
    const looks = this.#looks;
    if (looks > 1) for (let i = 0; i < this.#sums.length; i++) this.#sums[i] = (this.#sums[i] as number) / looks;
    this.#looks = 1;
    return this.#sums;
  }
}
