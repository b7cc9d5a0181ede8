import type { BitMask, Grid, TakeWords } from './bit-mask.ts';

/**
 * A mask for each class 0 … classes-1 of a map of class indices, in one pass.
 * @returns masks of the classes; and where the first pixel is whose value is no class, -1 if there is none.
 */
export function packClasses(
  values: Uint8Array | Int32Array,
  { height, width, wordsPerRow }: Grid,
  classes: number,
  take: TakeWords,
): { readonly masks: readonly BitMask[]; readonly firstOther: number } {
  const masks = new Array<Int32Array | undefined>(classes);
  const tops = new Int32Array(classes);
  const bottoms = new Int32Array(classes);
  let firstOther = -1;

  /** The mask of a class, cleared down to this row. */
  const maskAt = (value: number, row: number): Int32Array => {
    const mask = masks[value] ?? take();
    if (masks[value] === undefined) {
      masks[value] = mask;
      tops[value] = row;
      bottoms[value] = row;
    }
    mask.fill(0, (bottoms[value] as number) * wordsPerRow, (row + 1) * wordsPerRow);
    bottoms[value] = row + 1;
    return mask;
  };

  for (let row = 0; row < height; row++) {
    const rowEnd = (row + 1) * width;
    for (let word = 0; word < wordsPerRow; word++) {
      const first = row * width + word * 32;
      const last = Math.min(first + 32, rowEnd);
      let x = first;
      while (x < last) {
        // Runs of one class are long: a whole word is mostly one store.
        const value = values[x] as number;
        const start = x;
        do x++;
        while (x < last && values[x] === value);
        if (value >= 0 && value < classes) {
          const mask = (bottoms[value] as number) > row ? (masks[value] as Int32Array) : maskAt(value, row);
          const bits = (-1 >>> (32 - (x - start))) << (start - first);
          const at = row * wordsPerRow + word;
          mask[at] = (mask[at] as number) | bits;
        } else if (firstOther < 0) {
          firstOther = start;
        }
      }
    }
  }
  return {
    masks: Array.from(masks, (words, c) =>
      words === undefined ? null : { words, top: tops[c] as number, bottom: bottoms[c] as number },
    ),
    firstOther,
  };
}
