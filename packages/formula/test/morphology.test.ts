import { type Disc, windowOf } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { gridOf } from '../src/exact/bit-mask.ts';
import { intersectDilated, isNear, LARGEST_NEAR } from '../src/exact/intersect-dilated.ts';
import { dilate, erode } from '../src/exact/morphology.ts';
import { CountingPool } from './counting-pool.ts';
import { type Pixels, pack, pixelsOf, type Size, sizes, unpack, usedPool } from './masks.ts';

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
    const dilated = dilate(pack(pixels, size), reach, grid, usedPool(grid));
    expect(unpack(dilated, size)).toEqual(anyNear(pixels, size, reach, true, false));
  });

  test.prop([inputs, fc.boolean(), fc.constantFrom<0 | 1>(0, 1)])(
    'erosion is the minimum over a square, the outside of the image counting as asked',
    ([size, set, reach], inverted, outside) => {
      const pixels = inverted ? inverse(set) : set;
      const grid = gridOf(size.height, size.width);
      const eroded = erode(pack(pixels, size), reach, outside, grid, usedPool(grid));
      expect(unpack(eroded, size)).toEqual(inverse(anyNear(pixels, size, reach, false, outside === 1)));
    },
  );
});

/** A reach of a word at most, and another mask beside the first. */
const nearby = sizes.chain((size) =>
  fc.tuple(fc.constant(size), pixelsOf(size), pixelsOf(size), fc.integer({ min: 0, max: LARGEST_NEAR })),
);

describe('what is near another mask', () => {
  test.prop([nearby, fc.boolean()])('is what its dilation holds', ([size, a, set, reach], inverted) => {
    const b = inverted ? inverse(set) : set;
    const grid = gridOf(size.height, size.width);
    const near = intersectDilated(pack(a, size), pack(b, size), reach, grid, usedPool(grid));
    const dilated = anyNear(b, size, reach, true, false);
    expect(unpack(near, size)).toEqual(a.map((each, i) => each && dilated[i]));
  });
});

/** Whether any pixel of the disc around a pixel is as wanted, as `anyNear`. */
function anyInDisc(
  pixels: Pixels,
  { height, width }: Size,
  { disc, spacing = [1, 1] }: Disc,
  wanted: boolean,
  outside: boolean,
): Pixels {
  const [down, right] = spacing.map((side) => Math.ceil(disc / side)) as [number, number];
  const offsets = Array.from(
    { length: (2 * down + 1) * (2 * right + 1) },
    (_, k) => [Math.floor(k / (2 * right + 1)) - down, (k % (2 * right + 1)) - right] as const,
  ).filter(([y, x]) => Math.hypot(y * spacing[0], x * spacing[1]) <= disc * (1 + 1e-9));
  return pixels.map((_, i) => {
    const [row, column] = [Math.floor(i / width), i % width];
    return offsets.some(([dy, dx]) => {
      const [y, x] = [row + dy, column + dx];
      const inside = y >= 0 && x >= 0 && y < height && x < width;
      return (inside ? pixels[y * width + x] : outside) === wanted;
    });
  });
}

const discs: fc.Arbitrary<Disc> = fc.oneof(
  fc.record({ disc: fc.constantFrom(0, 1, 1.5, 2, 2.3, 3, 5, 7.1) }),
  // 3 pixels of 0.3 are not quite 0.9 in floating point.
  fc.record({
    disc: fc.constantFrom(0.5, 0.9, 1.5, 3),
    spacing: fc.constantFrom([0.3, 0.3], [1, 0.1], [0.1, 1], [0.5, 0.9]),
  }) as fc.Arbitrary<Disc>,
  fc.record({
    disc: fc.constantFrom(8, 17),
    spacing: fc.constantFrom([4, 0.25], [20, 0.5], [4, 0.12]),
  }) as fc.Arbitrary<Disc>,
);

describe('discs on packed masks', () => {
  const inputs = sizes.chain((size) => fc.tuple(fc.constant(size), pixelsOf(size), pixelsOf(size), discs));

  test.prop([inputs, fc.boolean()])('dilation is the maximum over a disc', ([size, set, other, disc], inverted) => {
    const pixels = inverted ? inverse(set) : set;
    const grid = gridOf(size.height, size.width);
    const window = windowOf(disc, size.height, size.width);
    const expected = anyInDisc(pixels, size, disc, true, false);
    const pool = usedPool(grid);
    expect(unpack(dilate(pack(pixels, size), window, grid, pool), size)).toEqual(expected);
    if (!isNear(window)) return;
    const near = intersectDilated(pack(other, size), pack(pixels, size), window, grid, pool);
    expect(unpack(near, size)).toEqual(other.map((each, i) => each && expected[i]));
  });

  test.prop([inputs, fc.boolean(), fc.constantFrom<0 | 1>(0, 1)])(
    'erosion is the minimum over a disc, the outside of the image counting as asked',
    ([size, set, , disc], inverted, outside) => {
      const pixels = inverted ? inverse(set) : set;
      const grid = gridOf(size.height, size.width);
      const window = windowOf(disc, size.height, size.width);
      const eroded = erode(pack(pixels, size), window, outside, grid, usedPool(grid));
      expect(unpack(eroded, size)).toEqual(inverse(anyInDisc(pixels, size, disc, false, outside === 1)));
    },
  );

  test.prop([inputs, fc.constantFrom<0 | 1>(0, 1)])(
    'all buffers but the result go back, empty',
    ([size, set, , disc], outside) => {
      const grid = gridOf(size.height, size.width);
      const window = windowOf(disc, size.height, size.width);
      const mask = pack(set, size);
      const pool = new CountingPool();
      pool.fit(grid);
      const results = [dilate(mask, window, grid, pool), erode(mask, window, outside, grid, pool)];
      const made = results.filter((each) => each !== null && each !== mask);
      expect(pool.out.size).toBe(made.length);
      expect(Array.from({ length: 6 }, () => pool.take()).every(({ words }) => words.every((word) => word === 0))).toBe(
        true,
      );
    },
  );

  test('are squares where they are', () => {
    expect(windowOf({ disc: 0.5 }, 9, 9)).toBe(0);
    expect(windowOf({ disc: 1.5 }, 9, 9)).toBe(1);
    expect(windowOf({ disc: 1 }, 9, 9)).toEqual([1, 0]);
    expect(windowOf({ disc: 5 }, 9, 9)).toEqual([5, 4, 4, 4, 3, 0]);
    expect(windowOf({ disc: 3, spacing: [3, 1] }, 9, 9)).toEqual([3, 0]);
    expect(windowOf({ disc: 0.9, spacing: [0.3, 0.3] }, 9, 9)).toEqual([3, 2, 2, 0]);
  });
});

describe('packed masks', () => {
  const size = { height: 5, width: 3 };
  const grid = gridOf(5, 3);
  const band = pack(
    Array.from({ length: 15 }, (_, i) => i >= 3 && i < 12),
    size,
  ); // rows 1 to 3

  test('are themselves over windows of one pixel', () => {
    expect(erode(band, 0, 1, grid, usedPool(grid))).toBe(band);
    expect(dilate(band, 0, grid, usedPool(grid))).toBe(band);
  });

  test('are nothing where no window fits', () => {
    expect(erode(band, 2, 1, grid, usedPool(grid))).toBeNull();
    expect(erode(null, 1, 1, grid, usedPool(grid))).toBeNull();
    expect(dilate(null, 1, grid, usedPool(grid))).toBeNull();
    expect(intersectDilated(null, band, 1, grid, usedPool(grid))).toBeNull();
    expect(intersectDilated(band, null, 1, grid, usedPool(grid))).toBeNull();
  });

  test('need one more buffer than they are', () => {
    const pool = new CountingPool();
    pool.fit(grid);
    erode(band, 2, 0, grid, pool);
    expect(pool.out.size).toBe(0);
    expect(erode(band, 1, 1, grid, pool)).not.toBeNull();
    expect(pool.out.size).toBe(1);
    expect(dilate(band, 9, grid, pool)).not.toBeNull();
    expect(pool.out.size).toBe(2);
  });

  test('are read, not changed', () => {
    const before = unpack(band, size);
    erode(band, 1, 0, grid, usedPool(grid));
    dilate(band, 1, grid, usedPool(grid));
    intersectDilated(band, band, 1, grid, usedPool(grid));
    expect(unpack(band, size)).toEqual(before);
  });
});
