import type { Window } from '@auto-seg-loss/kernel';
import { type BitMask, type Buffers, type Grid, maskOf } from './bit-mask.ts';
import { spread, stepsOfRows } from './intersect-dilated.ts';

/**
 * The minimum over a window, which is looked at where the mask has pixels alone: those go that have a pixel outside of the mask in
 * their window.
 * @param window one that `isNear`. @param outside what pixels outside the image count as.
 */
export function erodeNear(
  mask: BitMask,
  window: Window,
  outside: 0 | 1,
  { height, wordsPerRow, lastWord }: Grid,
  buffers: Buffers,
): BitMask {
  if (mask === null) return null;
  const steps = stepsOfRows(window);
  const reach = steps.length - 1;
  const buffer = buffers.take(mask.count);
  const { words, active } = buffer;
  const from = mask.words;
  const last = wordsPerRow - 1;
  const frame = outside === 0 ? -1 : 0;
  /** What is outside of the mask, in a row. */
  const gaps = (row: number, x: number): number => {
    if (x < 0 || x > last) return frame;
    const gap = ~(from[row + x] as number);
    return x === last ? (gap & lastWord) | (frame & ~lastWord) : gap;
  };
  let count = 0;
  let row = 0;
  let y = 0;
  for (let k = 0; k < mask.count; k++) {
    const i = mask.active[k] as number;
    while (i - row > last) {
      row += wordsPerRow;
      y++;
    }
    const x = i - row;
    let left = from[i] as number;
    for (let d = 0; d <= 2 * reach && left !== 0; d++) {
      const down = d & 1 ? (d + 1) >>> 1 : -(d >>> 1);
      if (y + down < 0 || y + down >= height) {
        if (outside === 0) left = 0;
        continue;
      }
      const at = row + down * wordsPerRow;
      const before = gaps(at, x - 1);
      const here = gaps(at, x);
      const after = gaps(at, x + 1);
      if ((before | here | after) !== 0) left &= ~spread(before, here, after, steps[Math.abs(down)] as Int32Array);
    }
    if (left === 0) continue;
    words[i] = left;
    active[count++] = i;
  }
  return maskOf(buffer, count, buffers);
}
