/**
 * A binary mask of one image and one class: rows of 32-pixel words, pixel x at bit x mod 32 of word ⌊x/32⌋. Bits past the
 * width are 0. `null` stands for the empty mask, which most classes of an image are.
 */
export type BitMask = Uint32Array | null;

/** Size of a mask in pixels and words. */
export interface Grid {
  readonly height: number;
  readonly width: number;
  readonly wordsPerRow: number;
  /** The bits of a row's last word that are pixels. */
  readonly lastWord: number;
}

export function gridOf(height: number, width: number): Grid {
  const rest = width % 32;
  return { height, width, wordsPerRow: Math.ceil(width / 32), lastWord: rest === 0 ? 0xffffffff : 2 ** rest - 1 };
}

/** A mask for each class 0 … classes-1 of a map of class indices; other values are in none. */
export function packClasses(values: ArrayLike<number>, grid: Grid, classes: number): BitMask[] {
  const { height, width, wordsPerRow } = grid;
  const masks = new Array<BitMask>(classes).fill(null);
  const maskOf = (value: number): Uint32Array => {
    masks[value] ??= new Uint32Array(height * wordsPerRow);
    return masks[value];
  };
  let previous = -1;
  let current: Uint32Array | null = null;
  for (let y = 0; y < height; y++) {
    for (let word = 0; word < wordsPerRow; word++) {
      const first = y * width + word * 32;
      const last = Math.min(first + 32, (y + 1) * width);
      let x = first;
      while (x < last) {
        // Runs of one class are long: a whole word is mostly one store.
        const value = values[x] as number;
        let end = x + 1;
        while (end < last && values[end] === value) end++;
        if (value !== previous) {
          previous = value;
          current = value >= 0 && value < classes ? maskOf(value) : null;
        }
        if (current !== null) {
          const length = end - x;
          const bits = length === 32 ? 0xffffffff : (2 ** length - 1) * 2 ** (x - first);
          const at = y * wordsPerRow + word;
          current[at] = (current[at] as number) | bits;
        }
        x = end;
      }
    }
  }
  return masks;
}

/** All pixels of the grid. */
export function fullMask({ height, wordsPerRow, lastWord }: Grid): Uint32Array {
  const mask = new Uint32Array(height * wordsPerRow).fill(0xffffffff);
  for (let at = wordsPerRow - 1; at < mask.length; at += wordsPerRow) mask[at] = lastWord;
  return mask;
}

export function intersect(a: BitMask, b: BitMask): BitMask {
  if (a === null || b === null) return null;
  const result = new Uint32Array(a.length);
  for (let i = 0; i < result.length; i++) result[i] = (a[i] as number) & (b[i] as number);
  return result;
}

export function unite(a: BitMask, b: BitMask): BitMask {
  if (a === null) return b;
  if (b === null) return a;
  const result = new Uint32Array(a.length);
  for (let i = 0; i < result.length; i++) result[i] = (a[i] as number) | (b[i] as number);
  return result;
}

export function without(a: BitMask, b: BitMask): BitMask {
  if (a === null || b === null) return a;
  const result = new Uint32Array(a.length);
  for (let i = 0; i < result.length; i++) result[i] = (a[i] as number) & ~(b[i] as number);
  return result;
}

function bitsSet(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** Number of pixels in both. */
export function countBoth(a: BitMask, b: BitMask): number {
  if (a === null || b === null) return 0;
  let count = 0;
  for (let i = 0; i < a.length; i++) {
    const word = (a[i] as number) & (b[i] as number);
    if (word !== 0) count += bitsSet(word);
  }
  return count;
}
