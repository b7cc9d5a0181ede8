import { type BitMask, copyRows, type Grid, type TakeWords } from './bit-mask.ts';
import { extremeOverColumns, extremeOverRows } from './sliding-window.ts';

/** Minimum over (2·radius+1)². @param outside what pixels outside the image count as. */
export function erode(mask: BitMask, radius: number, outside: 0 | 1, grid: Grid, take: TakeWords): BitMask {
  if (mask === null || radius === 0) return mask;
  // Rows whose window leaves the mask's rows are empty; at the image's border that is so where outside counts as 0.
  const top = mask.top === 0 && outside === 1 ? 0 : mask.top + radius;
  const bottom = mask.bottom === grid.height && outside === 1 ? grid.height : mask.bottom - radius;
  if (top >= bottom) return null;
  const words = take();
  copyRows(mask, words, mask.top, mask.bottom, grid.wordsPerRow);
  extremeOverRows(words, mask, radius, 'minimum', outside, grid);
  extremeOverColumns(words, mask, radius, 'minimum', grid);
  return { words, top, bottom };
}

/** Maximum over the part of (2·tolerance+1)² that lies in the image. */
export function dilate(mask: BitMask, tolerance: number, grid: Grid, take: TakeWords): BitMask {
  if (mask === null || tolerance === 0) return mask;
  const rows = { top: Math.max(0, mask.top - tolerance), bottom: Math.min(grid.height, mask.bottom + tolerance) };
  const words = take();
  copyRows(mask, words, rows.top, rows.bottom, grid.wordsPerRow);
  extremeOverRows(words, mask, tolerance, 'maximum', 0, grid);
  extremeOverColumns(words, rows, tolerance, 'maximum', grid);
  return { words, ...rows };
}
