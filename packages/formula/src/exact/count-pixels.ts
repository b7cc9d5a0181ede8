import type { BitMask, Grid } from './bit-mask.ts';

function bitsSet(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Number of pixels in the mask. */
export function countIn(a: BitMask, { wordsPerRow }: Grid): number {
  if (a === null) return 0;
  const { words } = a;
  let count = 0;
  for (let i = a.top * wordsPerRow; i < a.bottom * wordsPerRow; i++) {
    const word = words[i] as number;
    if (word !== 0) count += bitsSet(word);
  }
  return count;
}

/** Number of pixels in both. */
export function countInBoth(a: BitMask, b: BitMask, { wordsPerRow }: Grid): number {
  if (a === null || b === null) return 0;
  const [left, right] = [a.words, b.words];
  const end = Math.min(a.bottom, b.bottom) * wordsPerRow;
  let count = 0;
  for (let i = Math.max(a.top, b.top) * wordsPerRow; i < end; i++) {
    const word = (left[i] as number) & (right[i] as number);
    if (word !== 0) count += bitsSet(word);
  }
  return count;
}

/** Number of pixels in all three. */
export function countInAll(a: BitMask, b: BitMask, c: BitMask, { wordsPerRow }: Grid): number {
  if (a === null || b === null || c === null) return 0;
  const [left, right, region] = [a.words, b.words, c.words];
  const end = Math.min(a.bottom, b.bottom, c.bottom) * wordsPerRow;
  let count = 0;
  for (let i = Math.max(a.top, b.top, c.top) * wordsPerRow; i < end; i++) {
    const both = (left[i] as number) & (right[i] as number);
    const word = both & (region[i] as number);
    if (word !== 0) count += bitsSet(word);
  }
  return count;
}
