import type { Grid } from './bit-mask.ts';

/** Buffers of masks, used again from image to image: making new ones would cost more than filling them. */
export class WordPool {
  #free: Int32Array[] = [];
  #length = 0;

  /** Buffers given from now on are of this grid. */
  fit({ height, wordsPerRow }: Grid): void {
    if (this.#length === height * wordsPerRow) return;
    this.#length = height * wordsPerRow;
    this.#free = [];
  }

  take(): Int32Array {
    return this.#free.pop() ?? new Int32Array(this.#length);
  }

  giveBack(buffers: readonly Int32Array[]): void {
    this.#free.push(...buffers);
  }
}
