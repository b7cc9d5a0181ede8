import type { BitMask, Grid } from './bit-mask.ts';

/** Minimum over 3×3; outside the image counts as 1. Rows first, then columns. */
export function erode(mask: BitMask, grid: Grid): BitMask {
  if (mask === null) return null;
  const { height, wordsPerRow, lastWord } = grid;
  const rows = new Uint32Array(mask.length);
  for (let y = 0; y < height; y++) {
    const start = y * wordsPerRow;
    let left = 1; // the pixel before the row's first, at bit 0
    for (let word = 0; word < wordsPerRow; word++) {
      const last = word === wordsPerRow - 1;
      // Past the width counts as 1 while shifting, and is cleared after.
      const here = last ? (mask[start + word] as number) | ~lastWord : (mask[start + word] as number);
      const right = last ? 1 : (mask[start + word + 1] as number) & 1;
      const eroded = here & ((here << 1) | left) & ((here >>> 1) | (right << 31));
      rows[start + word] = last ? eroded & lastWord : eroded;
      left = here >>> 31;
    }
  }
  const result = new Uint32Array(mask.length);
  for (let y = 0; y < height; y++) {
    const start = y * wordsPerRow;
    const above = y > 0 ? start - wordsPerRow : start;
    const below = y < height - 1 ? start + wordsPerRow : start;
    for (let word = 0; word < wordsPerRow; word++) {
      result[start + word] =
        (rows[start + word] as number) & (rows[above + word] as number) & (rows[below + word] as number);
    }
  }
  return result;
}

/** Maximum over (2·tolerance+1)²; outside the image counts as 0. Each direction in log2(tolerance) passes. */
export function dilate(mask: BitMask, tolerance: number, grid: Grid): BitMask {
  if (mask === null || tolerance === 0) return mask;
  const result = mask.slice();
  const { height, wordsPerRow, lastWord } = grid;
  for (let reach = 0; reach < tolerance; ) {
    // Steps up to reach + 1 leave no gap, also where the image cuts the reach on one side.
    const step = Math.min(reach + 1, tolerance - reach);
    shiftRows(result, step, grid);
    reach += step;
  }
  for (let at = wordsPerRow - 1; at < result.length; at += wordsPerRow) result[at] = (result[at] as number) & lastWord;
  for (let reach = 0; reach < tolerance; ) {
    // Steps up to reach + 1 leave no gap, also where the image cuts the reach on one side.
    const step = Math.min(reach + 1, tolerance - reach);
    const offset = step * wordsPerRow;
    const before = result.slice();
    for (let i = 0; i < height * wordsPerRow; i++) {
      const up = i >= offset ? (before[i - offset] as number) : 0;
      const down = i + offset < before.length ? (before[i + offset] as number) : 0;
      result[i] = (before[i] as number) | up | down;
    }
    reach += step;
  }
  return result;
}

/** Each row OR itself shifted by `step` pixels to both sides, in place. Bits past the width may be set after. */
function shiftRows(mask: Uint32Array, step: number, { height, wordsPerRow, lastWord }: Grid): void {
  const words = Math.floor(step / 32);
  const bits = step % 32;
  const row = new Uint32Array(wordsPerRow);
  const at = (word: number): number => (word >= 0 && word < wordsPerRow ? (row[word] as number) : 0);
  for (let y = 0; y < height; y++) {
    const start = y * wordsPerRow;
    row.set(mask.subarray(start, start + wordsPerRow));
    row[wordsPerRow - 1] = (row[wordsPerRow - 1] as number) & lastWord;
    for (let word = 0; word < wordsPerRow; word++) {
      const towardsRight =
        bits === 0 ? at(word - words) : (at(word - words) << bits) | (at(word - words - 1) >>> (32 - bits));
      const towardsLeft =
        bits === 0 ? at(word + words) : (at(word + words) >>> bits) | (at(word + words + 1) << (32 - bits));
      mask[start + word] = (row[word] as number) | towardsRight | towardsLeft;
    }
  }
}
