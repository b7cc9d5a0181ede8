import type { Window } from '@auto-seg-loss/kernel';
import { type BitMask, type Buffers, fullMask, type Grid, maskOfWords, without } from './bit-mask.ts';
import { erodeNear } from './erode-near.ts';
import { isNear } from './intersect-dilated.ts';
import { minimumOfColumn, minimumOfRow } from './minimum-step.ts';
import { maximumOverColumns, maximumOverRows, stepsOf } from './sliding-window.ts';
import { maximumOverWindow } from './window-maximum.ts';

/** Minimum over a window: a number is a square of as many pixels to each side. @param outside what pixels outside the image count as. */
export function erode(mask: BitMask, window: Window, outside: 0 | 1, grid: Grid, buffers: Buffers): BitMask {
  if (typeof window === 'number') return erodeSquare(mask, window, outside, grid, buffers);
  if (isNear(window)) return erodeNear(mask, window, outside, grid, buffers);
  return erodeFar(mask, window, outside, grid, buffers);
}

function erodeSquare(mask: BitMask, radius: number, outside: 0 | 1, grid: Grid, buffers: Buffers): BitMask {
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

/** What is near no pixel outside of the mask; and, where those count as 0, nor of the image. */
function erodeFar(mask: BitMask, widths: readonly number[], outside: 0 | 1, grid: Grid, buffers: Buffers): BitMask {
  if (mask === null) return null;
  const full = fullMask(grid, buffers);
  const gaps = without(full, mask, buffers);
  const near = dilate(gaps, widths, grid, buffers);
  const frame = outside === 0 ? frameOf(widths.length - 1, widths[0] as number, grid, buffers) : null;
  const inside = without(mask, near, buffers);
  const left = without(inside, frame, buffers);
  for (const each of new Set([full, gaps, near, frame, inside])) {
    if (each !== null && each !== mask && each !== left) buffers.giveBack(each);
  }
  return left;
}

/** The pixels that are at most so many rows or columns from the image's outside. */
function frameOf(rows: number, columns: number, { height, width, wordsPerRow }: Grid, buffers: Buffers): BitMask {
  const buffer = buffers.take();
  const { words } = buffer;
  for (let y = 0; y < height; y++) {
    const framed = y < rows || y >= height - rows;
    for (let x = 0; x < width; x++) {
      if (!framed && x >= columns && x < width - columns) continue;
      const i = y * wordsPerRow + (x >>> 5);
      words[i] = (words[i] as number) | (1 << (x & 31));
    }
  }
  return maskOfWords(buffer, 0, words.length, buffers);
}

/** Maximum over the part of a window that lies in the image: a number is a square of as many pixels to each side. */
export function dilate(mask: BitMask, window: Window, grid: Grid, buffers: Buffers): BitMask {
  if (mask === null || window === 0) return mask;
  if (typeof window === 'number') return dilateSquare(mask, window, grid, buffers);
  return maximumOverWindow(mask, window, grid, buffers);
}

function dilateSquare(mask: NonNullable<BitMask>, tolerance: number, grid: Grid, buffers: Buffers): BitMask {
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
