import { type BitMask, type Buffers, type Grid, maskOfWords } from './bit-mask.ts';
import { minimumOfColumn, minimumOfRow } from './minimum-step.ts';
import { maximumOverColumns, maximumOverRows, stepsOf } from './sliding-window.ts';

/** Minimum over (2·radius+1)². @param outside what pixels outside the image count as. */
export function erode(mask: BitMask, radius: number, outside: 0 | 1, grid: Grid, buffers: Buffers): BitMask {
  const steps = stepsOf(radius);
  let eroded = mask;
  for (const minimum of [minimumOfRow, minimumOfColumn]) {
    for (const step of steps) {
      if (eroded === null) return null;
      const next: BitMask = minimum(eroded, step, outside, grid, buffers);
      if (eroded !== mask) buffers.giveBack(eroded);
      eroded = next;
    }
  }
  return eroded;
}

/** Maximum over the part of (2·tolerance+1)² that lies in the image. */
export function dilate(mask: BitMask, tolerance: number, grid: Grid, buffers: Buffers): BitMask {
  if (mask === null || tolerance === 0) return mask;
  const { wordsPerRow, height } = grid;
  const rows = {
    top: Math.floor((mask.active[0] as number) / wordsPerRow),
    bottom: Math.floor((mask.active[mask.count - 1] as number) / wordsPerRow) + 1,
  };
  const reached = { top: Math.max(0, rows.top - tolerance), bottom: Math.min(height, rows.bottom + tolerance) };
  const buffer = buffers.take();
  const { words } = buffer;
  const [from, to] = [rows.top * wordsPerRow, rows.bottom * wordsPerRow];
  words.set(mask.words.subarray(from, to), from);
  maximumOverRows(words, rows, tolerance, grid);
  maximumOverColumns(words, reached, tolerance, grid);
  return maskOfWords(buffer, reached.top * wordsPerRow, reached.bottom * wordsPerRow, buffers);
}
