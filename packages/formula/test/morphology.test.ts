import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { gridOf } from '../src/exact/bit-mask.ts';
import { dilate, erode } from '../src/exact/morphology.ts';
import { type Pixels, pack, pixelsOf, type Size, sizes, unpack, usedWords } from './masks.ts';

/** Whether any pixel of the square around a pixel is as wanted; pixels outside the image are `outside`. */
function anyNear(pixels: Pixels, { height, width }: Size, reach: number, wanted: boolean, outside: boolean): Pixels {
  const at = (y: number, x: number) =>
    y < 0 || x < 0 || y >= height || x >= width ? outside : (pixels[y * width + x] as boolean);
  const near = (holds: (offset: number) => boolean) => {
    for (let offset = -reach; offset <= reach; offset++) if (holds(offset)) return true;
    return false;
  };
  // Rows of the frame around the image are of one value: those next to it stand for all.
  const rows = Array.from({ length: height + 2 }, (_, y) =>
    Array.from({ length: width }, (__, x) => near((offset) => at(y - 1, x + offset) === wanted)),
  );
  return Array.from({ length: height * width }, (_, i) => {
    const y = Math.floor(i / width);
    return near((offset) => rows[Math.min(height, Math.max(-1, y + offset)) + 1]?.[i % width] === true);
  });
}

const reaches = fc.oneof(
  fc.integer({ min: 0, max: 6 }),
  fc.integer({ min: 0, max: 150 }),
  fc.constantFrom(31, 32, 63, 64, 127),
);
const cases = sizes.chain((size) => fc.tuple(fc.constant(size), pixelsOf(size), reaches));
/** Wider than a window that is moved by words. */
const wide = fc
  .record({ height: fc.integer({ min: 1, max: 2 }), width: fc.integer({ min: 200, max: 400 }) })
  .chain((size) => fc.tuple(fc.constant(size), pixelsOf(size), fc.integer({ min: 63, max: 300 })));
/** As if most of the picture were in the mask. */
const inverse = (pixels: Pixels): Pixels => pixels.map((each) => !each);

describe.each([
  ['of any size', cases],
  ['with wide windows', wide],
] as const)('on packed masks, %s,', (_, inputs) => {
  test.prop([inputs, fc.boolean()])('dilation is the maximum over a square', ([size, set, reach], inverted) => {
    const pixels = inverted ? inverse(set) : set;
    const grid = gridOf(size.height, size.width);
    const dilated = dilate(pack(pixels, size), reach, grid, usedWords(grid));
    expect(unpack(dilated, size)).toEqual(anyNear(pixels, size, reach, true, false));
  });

  test.prop([inputs, fc.boolean(), fc.constantFrom<0 | 1>(0, 1)])(
    'erosion is the minimum over a square, the outside of the image counting as asked',
    ([size, set, reach], inverted, outside) => {
      const pixels = inverted ? inverse(set) : set;
      const grid = gridOf(size.height, size.width);
      const eroded = erode(pack(pixels, size), reach, outside, grid, usedWords(grid));
      expect(unpack(eroded, size)).toEqual(inverse(anyNear(pixels, size, reach, false, outside === 1)));
    },
  );
});

describe('packed masks', () => {
  const size = { height: 5, width: 3 };
  const grid = gridOf(5, 3);
  const band = pack(
    Array.from({ length: 15 }, (_, i) => i >= 3 && i < 12),
    size,
  ); // rows 1 to 3
  const take = (): never => {
    throw new Error('it needs no buffer');
  };

  test('are themselves over windows of one pixel', () => {
    expect(erode(band, 0, 1, grid, take)).toBe(band);
    expect(dilate(band, 0, grid, take)).toBe(band);
  });

  test('are nothing where no window fits', () => {
    expect(erode(band, 2, 1, grid, take)).toBeNull();
    const rows = pack(
      Array.from({ length: 15 }, (_, i) => i >= 3 && i < 9),
      size,
    ); // 1 and 2
    expect(erode(rows, 1, 1, grid, take)).toBeNull();
    expect(erode(null, 1, 1, grid, take)).toBeNull();
    expect(dilate(null, 1, grid, take)).toBeNull();
  });

  test('know their rows: below and above is nothing', () => {
    const rowsOf = (mask: ReturnType<typeof erode>) => [mask?.top, mask?.bottom];
    expect(rowsOf(erode(band, 1, 1, grid, usedWords(grid)))).toEqual([2, 3]);
    expect(rowsOf(dilate(band, 1, grid, usedWords(grid)))).toEqual([0, 5]);
    expect(rowsOf(dilate(band, 9, grid, usedWords(grid)))).toEqual([0, 5]);
  });

  test('are read, not changed', () => {
    const before = unpack(band, size);
    erode(band, 1, 0, grid, usedWords(grid));
    dilate(band, 1, grid, usedWords(grid));
    expect(unpack(band, size)).toEqual(before);
  });
});
