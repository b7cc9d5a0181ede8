import { fc } from '@fast-check/vitest';
import { type BitMask, fullMask, type Grid, gridOf, maskOfWords } from '../src/exact/bit-mask.ts';
import { MaskPool } from '../src/exact/mask-pool.ts';

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

/** A pool of buffers that were all in use before, full of pixels. */
export function usedPool(grid: Grid): MaskPool {
  const pool = new MaskPool();
  pool.fit(grid);
  const full = Array.from({ length: 4 }, () => fullMask(grid, pool));
  for (const mask of full) if (mask !== null) pool.giveBack(mask);
  return pool;
}

/** Packs pixels bit by bit. */
export function pack(pixels: Pixels, { height, width }: Size): BitMask {
  const grid = gridOf(height, width);
  const pool = usedPool(grid);
  const buffer = pool.take();
  pixels.forEach((set, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    const at = y * grid.wordsPerRow + Math.floor(x / 32);
    if (set) buffer.words[at] = (buffer.words[at] as number) | (1 << (x % 32));
  });
  return maskOfWords(buffer, 0, buffer.words.length, pool);
}

/** The pixels of a mask. @throws Error if a bit past the width is set, or it does not know which of its words are. */
export function unpack(mask: BitMask, { height, width }: Size): Pixels {
  const { wordsPerRow } = gridOf(height, width);
  if (mask !== null) {
    const written = Array.from(mask.words.keys()).filter((i) => mask.words[i] !== 0);
    const active = Array.from(mask.active.subarray(0, mask.count));
    if (active.length === 0) throw new Error('an empty mask has buffers');
    if (String(active) !== String(written)) throw new Error(`words ${written} are written, ${active} are known`);
  }
  return Array.from({ length: height }, (_, y) => {
    const bits = Array.from({ length: 32 * wordsPerRow }, (__, x) => {
      const word = mask === null ? 0 : (mask.words[y * wordsPerRow + Math.floor(x / 32)] as number);
      return ((word >>> (x % 32)) & 1) === 1;
    });
    if (bits.slice(width).includes(true)) throw new Error(`row ${y} goes on past its width`);
    return bits.slice(0, width);
  }).flat();
}
