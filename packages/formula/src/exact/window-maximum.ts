import type { BitMask, Buffers, Grid, MaskBuffer } from './bit-mask.ts';
import { growRows, stepsOf } from './sliding-window.ts';

// The maximum over a window whose rows have different widths: that of the narrowest rows alone, spread up and down by as many
// rows as the next width begins before it, with the mask spread to that width put in; and so on, to the widest. A row that
// has grown to one width is the beginning of the next, and so are the rows above each other.

type Mask = NonNullable<BitMask>;

/** The part of a grid that is looked at: rows, and words of each. */
export interface Part {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

/**
 * The mask's maximum over a window, in a buffer without active words yet. @param widths how many pixels the window has on
 * either side, in its middle row and those after it; they never rise. @returns the rows that it lies in.
 */
export function maximumOverWindow(
  mask: Mask,
  widths: readonly number[],
  grid: Grid,
  buffers: Buffers,
): { readonly buffer: MaskBuffer; readonly top: number; readonly bottom: number } {
  const part = partOf(mask, widths[0] as number, grid);
  const base = buffers.take();
  const words = base.words;
  const { wordsPerRow } = grid;
  for (let k = 0; k < mask.count; k++) words[mask.active[k] as number] = mask.words[mask.active[k] as number] as number;
  const rows = filledRows(mask, part, wordsPerRow);

  let [now, next] = [buffers.take(), buffers.take()];
  let { top, bottom } = part;
  /** Spreads what there is up and down, and puts the mask in as it has grown. */
  const move = (step: number, grown: Int32Array): void => {
    top = Math.max(0, top - step);
    bottom = Math.min(grid.height, bottom + step);
    spreadRows(now.words, next.words, grown, { ...part, top, bottom }, step, grid);
    [now, next] = [next, now];
  };
  let width = 0;
  for (let far = widths.length - 1; far >= 0; ) {
    const wider = widths[far] as number;
    growRows(words, rows, part, stepsOf(wider, width), grid);
    width = wider;
    if (far === widths.length - 1) copyRows(words, now.words, part, wordsPerRow);
    // Where the next width begins; past the widest one, the middle.
    const before = widths.indexOf(wider) - 1;
    const steps = stepsOf(far - Math.max(0, before));
    if (before >= 0) {
      growRows(words, rows, part, stepsOf(widths[before] as number, width), grid);
      width = widths[before] as number;
    }
    // What has grown is put in after the last step, behind which it is not spread.
    for (const [index, step] of steps.entries()) {
      move(step, before >= 0 && index === steps.length - 1 ? words : now.words);
    }
    far = before;
  }
  clear(next, part, top, bottom, wordsPerRow, buffers);
  clear(base, part, part.top, part.bottom, wordsPerRow, buffers);
  return { buffer: now, top, bottom };
}

function partOf(mask: Mask, reach: number, { wordsPerRow }: Grid): Part {
  const { active, count } = mask;
  let [first, last] = [wordsPerRow, 0];
  let row = Math.floor((active[0] as number) / wordsPerRow) * wordsPerRow;
  const top = row / wordsPerRow;
  for (let k = 0; k < count; k++) {
    const i = active[k] as number;
    while (i - row >= wordsPerRow) row += wordsPerRow;
    if (i - row < first) first = i - row;
    if (i - row > last) last = i - row;
  }
  const words = Math.ceil(reach / 32);
  return {
    top,
    bottom: row / wordsPerRow + 1,
    left: Math.max(0, first - words),
    right: Math.min(wordsPerRow, last + words + 1),
  };
}

/** Where the rows begin that have a pixel. */
function filledRows({ active, count }: Mask, { top }: Part, wordsPerRow: number): readonly number[] {
  const rows: number[] = [];
  let row = top * wordsPerRow;
  for (let k = 0; k < count; k++) {
    while ((active[k] as number) - row >= wordsPerRow) row += wordsPerRow;
    if (rows.at(-1) !== row) rows.push(row);
  }
  return rows;
}

function copyRows(from: Int32Array, to: Int32Array, { top, bottom, left, right }: Part, wordsPerRow: number): void {
  for (let row = top * wordsPerRow; row < bottom * wordsPerRow; row += wordsPerRow) {
    for (let i = row + left; i < row + right; i++) to[i] = from[i] as number;
  }
}

/** OR of each row with those `step` above and below it, and with one of `more`. What lies outside of the part is 0 in both. */
function spreadRows(
  from: Int32Array,
  to: Int32Array,
  more: Int32Array,
  { top, bottom, left, right }: Part,
  step: number,
  { height, wordsPerRow }: Grid,
): void {
  const offset = step * wordsPerRow;
  for (let y = top; y < bottom; y++) {
    const row = y * wordsPerRow;
    // Past the image's ends, the row itself once more.
    const above = y < step ? row : row - offset;
    const below = y + step >= height ? row : row + offset;
    for (let x = left; x < right; x++) {
      const near = (from[above + x] as number) | (from[below + x] as number);
      to[row + x] = (from[row + x] as number) | near | (more[row + x] as number);
    }
  }
}

function clear(
  buffer: MaskBuffer,
  { left, right }: Part,
  top: number,
  bottom: number,
  wordsPerRow: number,
  buffers: Buffers,
): void {
  for (let row = top * wordsPerRow; row < bottom * wordsPerRow; row += wordsPerRow) {
    buffer.words.fill(0, row + left, row + right);
  }
  buffers.giveBack(buffer);
}
