import type { MaskBuffer } from '../src/exact/bit-mask.ts';
import { MaskPool } from '../src/exact/mask-pool.ts';

/** Keeps account of what is taken and given back. */
export class CountingPool extends MaskPool {
  readonly out = new Set<MaskBuffer>();
  taken = 0;

  override take(most?: number): MaskBuffer {
    const buffer = super.take(most);
    if (this.out.has(buffer)) throw new Error('a buffer that is in use was given away');
    this.out.add(buffer);
    this.taken++;
    return buffer;
  }

  override giveBack(buffer: MaskBuffer): void {
    if (!this.out.delete(buffer)) throw new Error('a buffer was given back twice');
    super.giveBack(buffer);
    if (buffer.words.some((word) => word !== 0)) throw new Error('a buffer with pixels in it is given to others');
  }
}
