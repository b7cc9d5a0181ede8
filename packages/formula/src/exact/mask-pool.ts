import { type BitMask, type Buffers, type Grid, type MaskBuffer, reserve } from './bit-mask.ts';

/** Buffers of masks, used again from image to image: making new ones would cost more than filling them. */
export class MaskPool implements Buffers {
  #free: MaskBuffer[] = [];
  #length = 0;

  /** Buffers given from now on are of this grid. */
  fit({ height, wordsPerRow }: Grid): void {
    if (this.#length === height * wordsPerRow) return;
    this.#length = height * wordsPerRow;
    this.#free = [];
  }

  take(most: number = 0): MaskBuffer {
    const buffer = this.#free.pop() ?? { words: new Int32Array(this.#length), active: new Int32Array(0), count: 0 };
    reserve(buffer, most);
    return buffer;
  }

  giveBack(buffer: MaskBuffer): void {
    const { words, active, count } = buffer;
    for (let k = 0; k < count; k++) words[active[k] as number] = 0;
    buffer.count = 0;
    this.#free.push(buffer);
  }
}

/** What is taken from a pool for one purpose, and goes back at its end at the latest. */
export class MaskLoan implements Buffers {
  readonly #pool: Buffers;
  readonly #out = new Set<MaskBuffer>();

  constructor(pool: Buffers) {
    this.#pool = pool;
  }

  take(most: number = 0): MaskBuffer {
    const buffer = this.#pool.take(most);
    this.#out.add(buffer);
    return buffer;
  }

  /** Takes a mask over that was taken from the pool by others. */
  adopt(mask: BitMask): void {
    if (mask !== null) this.#out.add(mask);
  }

  giveBack(buffer: MaskBuffer): void {
    this.#out.delete(buffer);
    this.#pool.giveBack(buffer);
  }

  /** Gives all back that is still out. */
  end(): void {
    for (const buffer of this.#out) this.#pool.giveBack(buffer);
    this.#out.clear();
  }
}
