import { type BitMask, type Buffers, type Grid, type MaskBuffer, maskOf } from './bit-mask.ts';

// AND of a mask with itself, shifted by a step to both sides: of a window of reach q, one of reach q + step, for steps up to
// q + 1. What was not in the mask does not come in, so that only its active words are looked at.

type Mask = Readonly<MaskBuffer>;

/** To the left and right. @param outside what pixels outside the image count as. */
export function minimumOfRow(
  mask: Mask,
  step: number,
  outside: 0 | 1,
  { wordsPerRow, lastWord }: Grid,
  buffers: Buffers,
): BitMask {
  const far = step >>> 5;
  const near = step & 31;
  const buffer = buffers.take(mask.count);
  const { words, active } = buffer;
  const from = mask.words;
  const fill = outside === 1 ? -1 : 0;
  const past = fill & ~lastWord;
  const last = wordsPerRow - 1;
  let count = 0;
  let row = 0;
  for (let k = 0; k < mask.count; k++) {
    const i = mask.active[k] as number;
    while (i - row > last) row += wordsPerRow;
    const x = i - row;
    let left = wordAt(from, row, x - far, last, fill, past);
    let right = wordAt(from, row, x + far, last, fill, past);
    if (near > 0) {
      left = (left << near) | (wordAt(from, row, x - far - 1, last, fill, past) >>> (32 - near));
      right = (right >>> near) | (wordAt(from, row, x + far + 1, last, fill, past) << (32 - near));
    }
    const word = (from[i] as number) & left & right;
    if (word === 0) continue;
    words[i] = word;
    active[count++] = i;
  }
  return maskOf(buffer, count, buffers);
}

/** A word of a row. @param past the bits of the last word that lie past the width. */
function wordAt(words: Int32Array, row: number, x: number, last: number, fill: number, past: number): number {
  if (x < 0 || x > last) return fill;
  const word = words[row + x] as number;
  return x === last ? word | past : word;
}

/** Upwards and downwards. @param outside what pixels outside the image count as. */
export function minimumOfColumn(
  mask: Mask,
  step: number,
  outside: 0 | 1,
  { wordsPerRow }: Grid,
  buffers: Buffers,
): BitMask {
  const offset = step * wordsPerRow;
  const buffer = buffers.take(mask.count);
  const { words, active } = buffer;
  const from = mask.words;
  const fill = outside === 1 ? -1 : 0;
  let count = 0;
  for (let k = 0; k < mask.count; k++) {
    const i = mask.active[k] as number;
    const above = i >= offset ? (from[i - offset] as number) : fill;
    const below = i + offset < from.length ? (from[i + offset] as number) : fill;
    const word = (from[i] as number) & above & below;
    if (word === 0) continue;
    words[i] = word;
    active[count++] = i;
  }
  return maskOf(buffer, count, buffers);
}
