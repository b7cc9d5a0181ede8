import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { gridOf } from '../src/exact/bit-mask.ts';
import { ClassPairs, isOfPairs } from '../src/exact/class-pairs.ts';
import type { ExactMask, ExactSum } from '../src/exact/exact-expression.ts';
import { packClasses } from '../src/exact/pack-classes.ts';
import { CountingPool } from './counting-pool.ts';
import { type Size, sizes, unpack, usedPool } from './masks.ts';

const classes = 3;
/** Classes, what is just none, and what a label of 32 bits may hold. */
const values = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(0, 1, 2) },
  { weight: 1, arbitrary: fc.constantFrom(-1, 3, 4, 255, -(2 ** 31), 2 ** 31 - 1) },
);
/** Runs of one value, row by row. */
const mapOf = ({ height, width }: Size, of: fc.Arbitrary<number>): fc.Arbitrary<Int32Array> =>
  fc
    .array(fc.tuple(of, fc.integer({ min: 1, max: 50 })), { minLength: 1, maxLength: 12 })
    .map((runs) => runs.flatMap(([value, length]) => new Array<number>(length).fill(value)))
    .map((row) => Int32Array.from({ length: height * width }, (_, i) => row[i % row.length] as number));

const images = sizes.chain((size) =>
  fc.record({ size: fc.constant(size), prediction: mapOf(size, values), label: mapOf(size, values) }),
);
const valid = fc.constantFrom(0, 1, 2);
const validImages = sizes.chain((size) =>
  fc.record({ size: fc.constant(size), prediction: mapOf(size, valid), label: mapOf(size, values) }),
);
const isClass = (value: number) => value >= 0 && value < classes;

describe('a map of classes', () => {
  test.prop([images])('is packed into a mask for each class', ({ size, label }) => {
    const grid = gridOf(size.height, size.width);
    const masks = packClasses(label, grid, classes, usedPool(grid));
    expect(masks.map((mask) => unpack(mask, size))).toEqual(
      Array.from({ length: classes }, (_, c) => Array.from(label, (value) => value === c)),
    );
  });

  test.prop([images])('says where its first pixel of no class is', ({ prediction, label }) => {
    const expected = prediction.findIndex((value) => !isClass(value));
    expect(new ClassPairs(prediction, label, classes).firstOther).toBe(expected);
  });

  test('a class without a pixel needs no buffer', () => {
    const pool = new CountingPool();
    pool.fit(gridOf(1, 4));
    const masks = packClasses(Uint8Array.of(2, 2, 0, 255), gridOf(1, 4), classes, pool);
    expect(masks.map((mask) => mask === null)).toEqual([false, true, false]);
    expect(pool.taken).toBe(2);
  });
});

const prediction: ExactMask = { op: 'prediction', key: 'prediction' };
const label: ExactMask = { op: 'label', key: 'label' };
const of = (op: 'and' | 'or' | 'minus', a: ExactMask, b: ExactMask): ExactMask => ({ op, key: op, a, b });
const eroded: ExactMask = { op: 'erode', key: 'erode', a: label, radius: 1, outside: 1 };
const dilated: ExactMask = { op: 'dilate', key: 'dilate', a: prediction, tolerance: 1 };
const everywhere = (mask: ExactMask): ExactSum => ({ key: '', mask, region: undefined });
const counted = (mask: ExactMask): ExactSum => ({ key: '', mask, region: { op: 'valid', key: 'valid' } });

/** What a mask holds at a pixel that is predicted and labelled like this. */
const pointwise: readonly (readonly [string, ExactMask, (p: boolean, l: boolean) => boolean])[] = [
  ['the prediction', prediction, (p) => p],
  ['the label', label, (_, l) => l],
  ['what is in both', of('and', prediction, label), (p, l) => p && l],
  ['what is in either', of('or', prediction, label), (p, l) => p || l],
  ['what is missed', of('minus', label, prediction), (p, l) => l && !p],
  ['what is in one of both', of('minus', of('or', prediction, label), of('and', prediction, label)), (p, l) => p !== l],
  ['what is wrong', of('or', of('minus', label, prediction), of('minus', prediction, label)), (p, l) => p !== l],
  ['what is in no more than itself', of('minus', label, label), () => false],
];

describe('pairs of classes', () => {
  test.prop([validImages])('count what depends on a pixel alone', ({ prediction: predicted, label: labelled }) => {
    const pairs = new ClassPairs(predicted, labelled, classes);
    for (const [name, mask, holds] of pointwise) {
      for (let c = 0; c < classes; c++) {
        const pixels = (where: (l: number) => boolean) =>
          predicted.reduce((sum, p, i) => {
            const l = labelled[i] as number;
            return sum + (where(l) && holds(p === c, l === c) ? 1 : 0);
          }, 0);
        expect(pairs.count(everywhere(mask), c), name).toBe(pixels(() => true));
        expect(pairs.count(counted(mask), c), name).toBe(pixels(isClass));
      }
    }
  });

  test.each(pointwise)('are enough for %s, everywhere and at valid pixels', (_, mask) => {
    expect(isOfPairs(everywhere(mask))).toBe(true);
    expect(isOfPairs(counted(mask))).toBe(true);
  });

  test.each<[string, ExactSum]>([
    ['erosion', everywhere(eroded)],
    ['dilation', everywhere(dilated)],
    ['erosion in an AND', counted(of('and', prediction, eroded))],
    ['dilation in an OR', everywhere(of('or', dilated, label))],
    ['an outline', everywhere(of('minus', label, eroded))],
    [
      'a region near outlines',
      {
        ...counted(prediction),
        region: { op: 'any-class', key: '', a: { op: 'label', key: '', soft: false }, withoutBackground: false },
      },
    ],
    [
      'a part of a region',
      {
        ...counted(prediction),
        region: { op: 'within', key: '', a: { op: 'valid', key: '' }, b: { op: 'valid', key: '' } },
      },
    ],
  ])('are not enough for %s', (_, sum) => {
    expect(isOfPairs(sum)).toBe(false);
  });

  test('do not pretend to know windows', () => {
    const pairs = new ClassPairs(Uint8Array.of(0), Uint8Array.of(0), classes);
    expect(() => pairs.count(everywhere(eroded), 0)).toThrow(/erode/);
    expect(() => pairs.count(everywhere(dilated), 0)).toThrow(/dilate/);
  });
});
