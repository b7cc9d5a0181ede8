/**
 * A binary mask of one image and one class: rows of 32-pixel words, pixel x at bit x mod 32 of word ⌊x/32⌋. Bits past the
 * width are 0. `null` stands for the empty mask, which most classes of an image are.
 */
export type BitMask = MaskRows | null;

export interface MaskRows {
  readonly words: Int32Array;
  /** Rows outside [top, bottom) are empty, whatever their words hold: buffers are used again without clearing them. */
  readonly top: number;
  readonly bottom: number;
}

/** Size of a mask in pixels and words. */
export interface Grid {
  readonly height: number;
  readonly width: number;
  readonly wordsPerRow: number;
  /** The bits of a row's last word that are pixels. */
  readonly lastWord: number;
}

/** Gives a buffer of a grid's words, with anything in it. */
export type TakeWords = () => Int32Array;

export function gridOf(height: number, width: number): Grid {
  const rest = width % 32;
  return { height, width, wordsPerRow: Math.ceil(width / 32), lastWord: rest === 0 ? -1 : 2 ** rest - 1 };
}

/** All pixels of the grid. */
export function fullMask({ height, wordsPerRow, lastWord }: Grid, take: TakeWords): BitMask {
  const words = take().fill(-1);
  for (let at = wordsPerRow - 1; at < words.length; at += wordsPerRow) words[at] = lastWord;
  return { words, top: 0, bottom: height };
}

export function intersect(a: BitMask, b: BitMask, { wordsPerRow }: Grid, take: TakeWords): BitMask {
  if (a === null || b === null) return null;
  const top = Math.max(a.top, b.top);
  const bottom = Math.min(a.bottom, b.bottom);
  if (top >= bottom) return null;
  const words = take();
  const [left, right] = [a.words, b.words];
  for (let i = top * wordsPerRow; i < bottom * wordsPerRow; i++) words[i] = (left[i] as number) & (right[i] as number);
  return { words, top, bottom };
}

/** What is in any of the masks, in words of its own: a region outlives the masks of a class that it was made of. */
export function unite(masks: readonly BitMask[], { wordsPerRow }: Grid, take: TakeWords): BitMask {
  const parts = masks.filter((mask) => mask !== null);
  const [first, ...more] = parts;
  if (first === undefined) return null;
  const top = Math.min(...parts.map((mask) => mask.top));
  const bottom = Math.max(...parts.map((mask) => mask.bottom));
  const words = take();
  copyRows(first, words, top, bottom, wordsPerRow);
  for (const mask of more) {
    const from = mask.words;
    for (let i = mask.top * wordsPerRow; i < mask.bottom * wordsPerRow; i++)
      words[i] = (words[i] as number) | (from[i] as number);
  }
  return { words, top, bottom };
}

/** What is in a but not in b. */
export function without(a: BitMask, b: BitMask, { wordsPerRow }: Grid, take: TakeWords): BitMask {
  if (a === null || b === null) return a;
  const words = take();
  copyRows(a, words, a.top, a.bottom, wordsPerRow);
  const less = b.words;
  const end = Math.min(a.bottom, b.bottom) * wordsPerRow;
  for (let i = Math.max(a.top, b.top) * wordsPerRow; i < end; i++)
    words[i] = (words[i] as number) & ~(less[i] as number);
  return { words, top: a.top, bottom: a.bottom };
}

/** Writes rows [top, bottom), which hold the mask's own; the others of them are empty. */
export function copyRows(mask: MaskRows, to: Int32Array, top: number, bottom: number, wordsPerRow: number): void {
  to.fill(0, top * wordsPerRow, mask.top * wordsPerRow);
  to.set(mask.words.subarray(mask.top * wordsPerRow, mask.bottom * wordsPerRow), mask.top * wordsPerRow);
  to.fill(0, mask.bottom * wordsPerRow, bottom * wordsPerRow);
}
