import { bytesOf, endOfRun } from '@auto-seg-loss/kernel';
import { type BitMask, type Buffers, type Grid, type MaskBuffer, maskOf, reserve } from './bit-mask.ts';
import type { ClassMap } from './class-map.ts';

/**
 * A mask for each class 0 … classes-1 of a map of class indices, in one pass. Other values are in none of them.
 */
export function packClasses(
  values: ClassMap,
  { height, width, wordsPerRow }: Grid,
  classes: number,
  buffers: Buffers,
): readonly BitMask[] {
  const packed = new Array<MaskBuffer | undefined>(classes);
  const bytes = bytesOf(values);
  for (let row = 0; row < height; row++) {
    const rowStart = row * width;
    const rowEnd = rowStart + width;
    for (let start = rowStart; start < rowEnd; ) {
      const value = values[start] as number;
      const end = endOfRun(values, bytes, start, rowEnd);
      if (value >= 0 && value < classes) {
        const buffer = packed[value] ?? buffers.take();
        packed[value] = buffer;
        setBits(buffer, row * wordsPerRow, start - rowStart, end - rowStart);
      }
      start = end;
    }
  }
  return Array.from(packed, (buffer) => (buffer === undefined ? null : maskOf(buffer, buffer.count, buffers)));
}

/** Puts the pixels [from, to) of a row into a mask that has none after them. @param first the row's first word. */
function setBits(buffer: MaskBuffer, first: number, from: number, to: number): void {
  // A run begins at most one word more than it fills.
  reserve(buffer, Math.min(buffer.count + ((to - from) >>> 5) + 2, buffer.words.length));
  const { words, active } = buffer;
  let { count } = buffer;
  for (let x = from; x < to; ) {
    const at = first + (x >>> 5);
    const bit = x & 31;
    const bits = Math.min(32 - bit, to - x);
    if (words[at] === 0) active[count++] = at;
    words[at] = (words[at] as number) | ((-1 >>> (32 - bits)) << bit);
    x += bits;
  }
  buffer.count = count;
}
