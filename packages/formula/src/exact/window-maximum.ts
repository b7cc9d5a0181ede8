import { type BitMask, type Buffers, type Grid, maskOf, reserve } from './bit-mask.ts';
import { stepsOf } from './sliding-window.ts';

// The maximum over a window whose rows have different widths: that of the narrowest rows alone, spread up and down by as many
// rows as the next width begins before it, with the mask grown to that width put in; and so on, to the widest. Rows grow from
// one width to the next, and are spread from one to the next.

type Mask = NonNullable<BitMask>;

/** The rows and words of a grid in which the result lies. */
interface Part {
  readonly top: number;
  readonly left: number;
  readonly height: number;
  /** Words of a row. */
  readonly width: number;
  /** The bits of a row's last word that are pixels. */
  readonly lastWord: number;
}

/** Words between two masks of a scratch: at the same place of a page, a processor takes one for the other and waits. */
const APART = 340;

/** The mask's maximum over a window, cut off at the border. @param widths of a `Window`. */
export function maximumOverWindow(mask: Mask, widths: readonly number[], grid: Grid, buffers: Buffers): BitMask {
  const part = partOf(mask, widths.length - 1, widths[0] as number, grid);
  const size = part.height * part.width;
  const words = new Int32Array(3 * (size + APART));
  const grown = 0;
  let [now, next] = [size + APART, 2 * (size + APART)];
  copyMask(mask, words, part, grid);

  let width = 0;
  for (let far = widths.length - 1; far >= 0; ) {
    const wider = widths[far] as number;
    if (far === widths.length - 1) {
      for (const step of stepsOf(wider)) growRows(words, grown, step, part);
      words.copyWithin(now, grown, grown + size);
    }
    width = wider;
    // The last row that is as wide as the next width; past the widest one, the middle.
    const before = widths.indexOf(wider) - 1;
    const spreads = stepsOf(far - Math.max(0, before));
    const growths = before < 0 ? [] : stepsOf(widths[before] as number, width);
    far = before;
    for (const step of growths.slice(0, -1)) growRows(words, grown, step, part);
    for (const [index, step] of spreads.entries()) {
      // What has grown is put in after the last step, behind which it is not spread.
      const growth = index === spreads.length - 1 ? growths.at(-1) : undefined;
      if (growth === undefined) spreadRows(words, now, next, step, part);
      else growAndSpreadRows(words, now, next, step, growth, part);
      [now, next] = [next, now];
    }
  }
  return unpacked(words.subarray(now, now + size), part, grid, buffers);
}

function partOf({ active, count }: Mask, down: number, aside: number, { height, wordsPerRow, lastWord }: Grid): Part {
  let [first, last] = [wordsPerRow, 0];
  let row = 0;
  for (let k = 0; k < count; k++) {
    const i = active[k] as number;
    while (i - row >= wordsPerRow) row += wordsPerRow;
    if (i - row < first) first = i - row;
    if (i - row > last) last = i - row;
  }
  const words = Math.ceil(aside / 32);
  const top = Math.max(0, Math.floor((active[0] as number) / wordsPerRow) - down);
  const left = Math.max(0, first - words);
  const right = Math.min(wordsPerRow, last + words + 1);
  return {
    top,
    left,
    height: Math.min(height, row / wordsPerRow + down + 1) - top,
    width: right - left,
    lastWord: right === wordsPerRow ? lastWord : -1,
  };
}

function copyMask(
  { words, active, count }: Mask,
  to: Int32Array,
  { top, left, width }: Part,
  { wordsPerRow }: Grid,
): void {
  let row = top * wordsPerRow;
  let at = -left;
  for (let k = 0; k < count; k++) {
    const i = active[k] as number;
    while (i - row >= wordsPerRow) {
      row += wordsPerRow;
      at += width;
    }
    to[at + i - row] = words[i] as number;
  }
}

/** Each row's pixels `step` pixels to both sides, from the words at `start`. */
function growRows(words: Int32Array, start: number, step: number, { height, width, lastWord }: Part): void {
  const far = step >>> 5;
  const near = step & 31;
  const row = new Int32Array(width);
  const at = (x: number): number => (x >= 0 && x < width ? (row[x] as number) : 0);
  for (let y = 0; y < height; y++) {
    const first = start + y * width;
    row.set(words.subarray(first, first + width));
    for (let x = 0; x < width; x++) {
      const left = near === 0 ? at(x - far) : (at(x - far) << near) | (at(x - far - 1) >>> (32 - near));
      const right = near === 0 ? at(x + far) : (at(x + far) >>> near) | (at(x + far + 1) << (32 - near));
      words[first + x] = (row[x] as number) | left | right;
    }
    words[first + width - 1] = (words[first + width - 1] as number) & lastWord;
  }
}

/** Each row with those `step` above and below it; past the ends, itself once more. From the words at `from` to those at `to`. */
function spreadRows(words: Int32Array, from: number, to: number, step: number, { height, width }: Part): void {
  for (let y = 0; y < height; y++) {
    const row = from + y * width;
    const above = y < step ? row : row - step * width;
    const below = y + step >= height ? row : row + step * width;
    const into = to + y * width;
    for (let x = 0; x < width; x++) {
      words[into + x] = (words[row + x] as number) | (words[above + x] as number) | (words[below + x] as number);
    }
  }
}

/** As `spreadRows`; and lets the rows of the first mask grow, and puts them in. */
function growAndSpreadRows(
  words: Int32Array,
  from: number,
  to: number,
  step: number,
  growth: number,
  part: Part,
): void {
  const { height, width, lastWord } = part;
  if (growth >= 32) growRows(words, 0, growth, part);
  const aside = growth >= 32 ? 0 : growth;
  // A shift by 32 bits is none.
  const carried = aside === 0 ? 0 : -1;
  const back = 32 - aside;
  for (let y = 0; y < height; y++) {
    const own = y * width;
    const row = from + own;
    const above = y < step ? row : row - step * width;
    const below = y + step >= height ? row : row + step * width;
    const into = to + own;
    let before = 0;
    let here = words[own] as number;
    for (let x = 0; x < width; x++) {
      const after = x + 1 < width ? (words[own + x + 1] as number) : 0;
      const beside = ((before >>> back) | (after << back)) & carried;
      const grown = here | (here << aside) | (here >>> aside) | beside;
      words[own + x] = grown;
      words[into + x] =
        grown | (words[row + x] as number) | (words[above + x] as number) | (words[below + x] as number);
      before = here;
      here = after;
    }
    const last = width - 1;
    words[own + last] = (words[own + last] as number) & lastWord;
    words[into + last] = (words[into + last] as number) & lastWord;
  }
}

/** The words of a part as a mask of the grid. */
function unpacked(
  from: Int32Array,
  { top, left, height, width }: Part,
  { wordsPerRow }: Grid,
  buffers: Buffers,
): BitMask {
  let most = 0;
  for (let i = 0; i < from.length; i++) if (from[i] !== 0) most++;
  const buffer = buffers.take();
  reserve(buffer, most);
  const { words, active } = buffer;
  let count = 0;
  for (let y = 0; y < height; y++) {
    const row = (top + y) * wordsPerRow + left;
    for (let x = 0; x < width; x++) {
      const word = from[y * width + x] as number;
      if (word === 0) continue;
      words[row + x] = word;
      active[count++] = row + x;
    }
  }
  return maskOf(buffer, count, buffers);
}
