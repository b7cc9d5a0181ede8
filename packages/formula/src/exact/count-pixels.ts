import type { BitMask } from './bit-mask.ts';

function bitsSet(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Number of pixels in the mask. */
export function countIn(a: BitMask): number {
  if (a === null) return 0;
  const { words, active, count: length } = a;
  let count = 0;
  for (let k = 0; k < length; k++) count += bitsSet(words[active[k] as number] as number);
  return count;
}

/** Number of pixels in both. */
export function countInBoth(a: BitMask, b: BitMask): number {
  if (a === null || b === null) return 0;
  const [few, many] = a.count <= b.count ? [a, b] : [b, a];
  const { words, active, count: length } = few;
  const other = many.words;
  let count = 0;
  for (let k = 0; k < length; k++) {
    const i = active[k] as number;
    const word = (words[i] as number) & (other[i] as number);
    if (word !== 0) count += bitsSet(word);
  }
  return count;
}

/** Number of pixels in all three. */
export function countInAll(a: BitMask, b: BitMask, c: BitMask): number {
  if (a === null || b === null || c === null) return 0;
  const [few, many] = a.count <= b.count ? [a, b] : [b, a];
  const { words, active, count: length } = few;
  const [other, region] = [many.words, c.words];
  let count = 0;
  for (let k = 0; k < length; k++) {
    const i = active[k] as number;
    const both = (words[i] as number) & (other[i] as number);
    const word = both & (region[i] as number);
    if (word !== 0) count += bitsSet(word);
  }
  return count;
}
