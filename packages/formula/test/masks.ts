import { fc } from '@fast-check/vitest';
import { type BitMask, type Grid, gridOf, type TakeWords } from '../src/exact/bit-mask.ts';

/** Pixels that are in a mask, row by row. */
export type Pixels = readonly boolean[];

export interface Size {
  readonly height: number;
  readonly width: number;
}

/** Widths below, at and above whole words. */
export const sizes: fc.Arbitrary<Size> = fc.record({
  height: fc.integer({ min: 1, max: 5 }),
  width: fc.oneof(fc.integer({ min: 1, max: 100 }), fc.constantFrom(31, 32, 33, 63, 64, 65, 96)),
});

/** Runs of equal pixels, as pictures have them; some rows are empty. */
export function pixelsOf({ height, width }: Size): fc.Arbitrary<Pixels> {
  const row = fc.oneof(
    fc.constant([]),
    fc.array(fc.tuple(fc.nat(width - 1), fc.integer({ min: 1, max: 40 })), { minLength: 1, maxLength: 4 }),
  );
  return fc
    .array(row, { minLength: height, maxLength: height })
    .map((rows) =>
      rows.flatMap((runs) =>
        Array.from({ length: width }, (_, x) => runs.some(([start, length]) => x >= start && x < start + length)),
      ),
    );
}

/** Buffers with anything in them, as they are when they are used again. */
export function usedWords({ height, wordsPerRow }: Grid): TakeWords {
  let seed = 0x1234567;
  return () =>
    Int32Array.from({ length: height * wordsPerRow }, () => {
      seed = Math.imul(seed, 1103515245) + 12345;
      return seed;
    });
}

/** Packs pixels bit by bit; rows above and below hold what was there before. */
export function pack(pixels: Pixels, { height, width }: Size): BitMask {
  const grid = gridOf(height, width);
  const filled = Array.from({ length: height }, (_, y) => pixels.slice(y * width, (y + 1) * width).includes(true));
  const [top, bottom] = [filled.indexOf(true), filled.lastIndexOf(true) + 1];
  if (top < 0) return null;
  const words = usedWords(grid)();
  for (let y = top; y < bottom; y++) {
    for (let at = 0; at < grid.wordsPerRow; at++) {
      let word = 0;
      for (let bit = 0; bit < 32; bit++) {
        const x = 32 * at + bit;
        if (x < width && pixels[y * width + x]) word |= 1 << bit;
      }
      words[y * grid.wordsPerRow + at] = word;
    }
  }
  return { words, top, bottom };
}

/** The pixels of a mask. @throws Error if a bit past the width is set. */
export function unpack(mask: BitMask, { height, width }: Size): Pixels {
  const { wordsPerRow } = gridOf(height, width);
  return Array.from({ length: height }, (_, y) => {
    const inside = mask !== null && y >= mask.top && y < mask.bottom;
    const bits = Array.from({ length: 32 * wordsPerRow }, (__, x) => {
      const word = inside ? (mask.words[y * wordsPerRow + Math.floor(x / 32)] as number) : 0;
      return ((word >>> (x % 32)) & 1) === 1;
    });
    if (bits.slice(width).includes(true)) throw new Error(`row ${y} goes on past its width`);
    return bits.slice(0, width);
  }).flat();
}
