import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { type BitMask, type Buffers, fullMask, gridOf, intersect, unite, without } from '../src/exact/bit-mask.ts';
import { countIn, countInAll, countInBoth } from '../src/exact/count-pixels.ts';
import { pack, pixelsOf, type Size, sizes, unpack, usedPool } from './masks.ts';

const cases = sizes.chain((size) => fc.tuple(fc.constant(size), pixelsOf(size), pixelsOf(size), pixelsOf(size)));
const count = (pixels: readonly boolean[]) => pixels.filter(Boolean).length;

describe('packed masks are sets of pixels, whatever is left in their buffers', () => {
  const packed = (size: Size, ...sets: readonly (readonly boolean[])[]): BitMask[] =>
    sets.map((set) => pack(set, size));

  test.prop([cases])('what is in both', ([size, a, b]) => {
    const grid = gridOf(size.height, size.width);
    const [left = null, right = null] = packed(size, a, b);
    expect(unpack(intersect(left, right, usedPool(grid)), size)).toEqual(a.map((each, i) => each && b[i]));
  });

  test.prop([cases])('what is in any', ([size, a, b, c]) => {
    const grid = gridOf(size.height, size.width);
    const any = unite(packed(size, a, b, c), usedPool(grid));
    expect(unpack(any, size)).toEqual(a.map((each, i) => each || b[i] || c[i]));
  });

  test.prop([cases])('what is in one but not in the other', ([size, a, b]) => {
    const grid = gridOf(size.height, size.width);
    const [left = null, right = null] = packed(size, a, b);
    expect(unpack(without(left, right, usedPool(grid)), size)).toEqual(a.map((each, i) => each && !b[i]));
  });

  test.prop([cases])('counts', ([size, a, b, c]) => {
    const [first = null, second = null, third = null] = packed(size, a, b, c);
    expect(countIn(first)).toBe(count(a));
    expect(countInBoth(first, second)).toBe(count(a.map((each, i) => each && b[i] === true)));
    expect(countInAll(first, second, third)).toBe(count(a.map((each, i) => each && b[i] === true && c[i] === true)));
  });

  test.prop([sizes])('all pixels of the grid', (size) => {
    const grid = gridOf(size.height, size.width);
    const full = fullMask(grid, usedPool(grid));
    expect(unpack(full, size)).toEqual(new Array(size.height * size.width).fill(true));
    expect(countIn(full)).toBe(size.height * size.width);
  });

  test.prop([cases])('operations leave the masks that they take as they were', ([size, a, b]) => {
    const grid = gridOf(size.height, size.width);
    const [left = null, right = null] = packed(size, a, b);
    intersect(left, right, usedPool(grid));
    unite([left, right], usedPool(grid));
    without(left, right, usedPool(grid));
    expect([unpack(left, size), unpack(right, size)]).toEqual([a, b]);
  });
});

describe('the empty mask', () => {
  const size = { height: 2, width: 3 };
  const none: Buffers = {
    take: () => {
      throw new Error('the empty mask needs no buffer');
    },
    giveBack: () => undefined,
  };
  const [upper, lower] = [
    pack([true, true, true, false, false, false], size),
    pack([false, false, false, true, true, true], size),
  ];

  test('is what masks of other pixels have in common, and its buffer goes back at once', () => {
    const pool = usedPool(gridOf(2, 3));
    const buffer = pool.take();
    pool.giveBack(buffer);
    expect(intersect(upper, lower, pool)).toBeNull();
    expect(intersect(lower, upper, pool)).toBeNull();
    expect(without(upper, upper, pool)).toBeNull();
    expect(pool.take()).toBe(buffer);
  });

  test('needs no words, and nothing is made of it', () => {
    expect(intersect(null, upper, none)).toBeNull();
    expect(intersect(upper, null, none)).toBeNull();
    expect(unite([], none)).toBeNull();
    expect(unite([null, null], none)).toBeNull();
    expect(without(null, upper, none)).toBeNull();
    expect(without(upper, null, none)).toBe(upper);
    expect([countIn(null), countInBoth(null, upper), countInBoth(upper, null)]).toEqual([0, 0, 0]);
    expect([countInAll(null, upper, upper), countInAll(upper, null, upper)]).toEqual([0, 0]);
    expect(countInAll(upper, upper, null)).toBe(0);
  });
});
