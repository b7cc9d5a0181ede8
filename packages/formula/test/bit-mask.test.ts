import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { type BitMask, fullMask, gridOf, intersect, unite, without } from '../src/exact/bit-mask.ts';
import { countIn, countInAll, countInBoth } from '../src/exact/count-pixels.ts';
import { pack, pixelsOf, type Size, sizes, unpack, usedWords } from './masks.ts';

const cases = sizes.chain((size) => fc.tuple(fc.constant(size), pixelsOf(size), pixelsOf(size), pixelsOf(size)));
const count = (pixels: readonly boolean[]) => pixels.filter(Boolean).length;

describe('packed masks are sets of pixels, whatever is left in their buffers', () => {
  const packed = (size: Size, ...sets: readonly (readonly boolean[])[]): BitMask[] =>
    sets.map((set) => pack(set, size));

  test.prop([cases])('what is in both', ([size, a, b]) => {
    const grid = gridOf(size.height, size.width);
    const [left = null, right = null] = packed(size, a, b);
    expect(unpack(intersect(left, right, grid, usedWords(grid)), size)).toEqual(a.map((each, i) => each && b[i]));
  });

  test.prop([cases])('what is in any', ([size, a, b, c]) => {
    const grid = gridOf(size.height, size.width);
    const any = unite(packed(size, a, b, c), grid, usedWords(grid));
    expect(unpack(any, size)).toEqual(a.map((each, i) => each || b[i] || c[i]));
  });

  test.prop([cases])('what is in one but not in the other', ([size, a, b]) => {
    const grid = gridOf(size.height, size.width);
    const [left = null, right = null] = packed(size, a, b);
    expect(unpack(without(left, right, grid, usedWords(grid)), size)).toEqual(a.map((each, i) => each && !b[i]));
  });

  test.prop([cases])('counts', ([size, a, b, c]) => {
    const grid = gridOf(size.height, size.width);
    const [first = null, second = null, third = null] = packed(size, a, b, c);
    expect(countIn(first, grid)).toBe(count(a));
    expect(countInBoth(first, second, grid)).toBe(count(a.map((each, i) => each && b[i] === true)));
    expect(countInAll(first, second, third, grid)).toBe(
      count(a.map((each, i) => each && b[i] === true && c[i] === true)),
    );
  });

  test.prop([sizes])('all pixels of the grid', (size) => {
    const grid = gridOf(size.height, size.width);
    const full = fullMask(grid, usedWords(grid));
    expect(unpack(full, size)).toEqual(new Array(size.height * size.width).fill(true));
    expect(countIn(full, grid)).toBe(size.height * size.width);
  });

  test.prop([cases])('operations leave the masks that they take as they were', ([size, a, b]) => {
    const grid = gridOf(size.height, size.width);
    const [left = null, right = null] = packed(size, a, b);
    intersect(left, right, grid, usedWords(grid));
    unite([left, right], grid, usedWords(grid));
    without(left, right, grid, usedWords(grid));
    expect([unpack(left, size), unpack(right, size)]).toEqual([a, b]);
  });
});

describe('the empty mask', () => {
  const size = { height: 2, width: 3 };
  const grid = gridOf(2, 3);
  const take = (): never => {
    throw new Error('the empty mask needs no buffer');
  };
  const [upper, lower] = [
    pack([true, true, true, false, false, false], size),
    pack([false, false, false, true, true, true], size),
  ];

  test('is what masks of other rows have in common', () => {
    expect(intersect(upper, lower, grid, take)).toBeNull();
    expect(intersect(lower, upper, grid, take)).toBeNull();
  });

  test('needs no words, and nothing is made of it', () => {
    expect(intersect(null, upper, grid, take)).toBeNull();
    expect(intersect(upper, null, grid, take)).toBeNull();
    expect(unite([], grid, take)).toBeNull();
    expect(unite([null, null], grid, take)).toBeNull();
    expect(without(null, upper, grid, take)).toBeNull();
    expect(without(upper, null, grid, take)).toBe(upper);
    expect([countIn(null, grid), countInBoth(null, upper, grid), countInBoth(upper, null, grid)]).toEqual([0, 0, 0]);
    expect([countInAll(null, upper, upper, grid), countInAll(upper, null, upper, grid)]).toEqual([0, 0]);
    expect(countInAll(upper, upper, null, grid)).toBe(0);
  });
});
