import { readFormula } from '@auto-seg-loss/formula';
import { describe, expect, test } from 'vitest';
import { gridOf, reserve } from '../src/exact/bit-mask.ts';
import { exactSum } from '../src/exact/exact-expression.ts';
import { ImageMasks } from '../src/exact/image-masks.ts';
import { MaskPool } from '../src/exact/mask-pool.ts';
import { packClasses } from '../src/exact/pack-classes.ts';
import { CountingPool } from './counting-pool.ts';
import { trialMetrics } from './formulas.ts';

const [height, width, classes] = [6, 40, 3];
const grid = gridOf(height, width);
const map = (shift: number) =>
  Uint8Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    return y === 5 ? 255 : (Math.floor((x + shift) / 15) + (y > 2 ? 1 : 0)) % classes;
  });
const label = map(0);
const prediction = map(4).map((value) => (value === 255 ? 0 : value));

function masksIn(pool: MaskPool): ImageMasks {
  pool.fit(grid);
  const pack = (values: Uint8Array) => packClasses(values, grid, classes, pool);
  return new ImageMasks(pack(prediction), pack(label), grid, pool);
}

const sumsOf = (name: string) => {
  const metric = trialMetrics.find((each) => each.name === name);
  if (metric === undefined) throw new Error(`no formula is called ${name}`);
  return Object.entries(readFormula(metric).sums).map(([sum, expression]) => [sum, exactSum(expression)] as const);
};

describe('the masks of an image', () => {
  test.each(trialMetrics.map(({ name }) => name))('give all buffers back, each once: %s', (name) => {
    const pool = new CountingPool();
    const masks = masksIn(pool);
    for (let c = 0; c < classes; c++) {
      for (const [, sum] of sumsOf(name)) masks.count(sum, c);
      masks.forget(c);
    }
    masks.release();
    expect(pool.out.size).toBe(0);
  });

  test('of a class that is done need no memory while the others are counted', () => {
    const pool = new CountingPool();
    const masks = masksIn(pool);
    const before = pool.out.size;
    for (const [, sum] of sumsOf('windows')) masks.count(sum, 0);
    expect(pool.out.size).toBeGreaterThan(before);
    masks.forget(0);
    // Prediction and label of one class are gone as well.
    expect(pool.out.size).toBeLessThan(before);
  });

  test('are computed once, however often they are counted', () => {
    const pool = new CountingPool();
    const masks = masksIn(pool);
    const counts = () => [...sumsOf('windows'), ...sumsOf('regions')].map(([, sum]) => masks.count(sum, 1));
    const first = counts();
    const { taken } = pool;
    expect(counts()).toEqual(first);
    expect(pool.taken).toBe(taken);
  });

  test.each([
    ['and everywhere', (p: number, l: number) => p === 1 && l === 1],
    ['or everywhere', (p: number, l: number) => p === 1 || l === 1],
  ])('are not made only to count what is in both or in either: %s', (sum, holds) => {
    const pool = new CountingPool();
    const masks = masksIn(pool);
    const { taken } = pool;
    const counted = sumsOf('sets of pixels').find(([name]) => name === sum)?.[1];
    const expected = prediction.reduce((count, p, i) => count + (holds(p, label[i] as number) ? 1 : 0), 0);
    expect(counted && masks.count(counted, 1)).toBe(expected);
    expect(pool.taken).toBe(taken);
  });

  test('are dilated once for all classes where a region is near any of them', () => {
    const pool = new CountingPool();
    const masks = masksIn(pool);
    const near = sumsOf('regions').find(([name]) => name === 'near by a share')?.[1];
    const before = pool.out.size;
    expect(near && masks.count(near, 1)).toBeGreaterThan(0);
    // The outline of each class, all of them together, and these dilated.
    expect(pool.out.size - before).toBe(classes + 2);
  });
});

describe('a pool of buffers', () => {
  test('gives those again that came back, empty, and others as long as they are out', () => {
    const pool = new MaskPool();
    pool.fit(gridOf(2, 33));
    const [one, two] = [pool.take(), pool.take()];
    expect(two).not.toBe(one);
    expect(one.words).toHaveLength(4);
    reserve(one, 1);
    one.words[2] = 5;
    one.active[0] = 2;
    one.count = 1;
    pool.giveBack(one);
    pool.giveBack(two);
    expect(new Set([pool.take(), pool.take()])).toEqual(new Set([one, two]));
    expect([one.words, one.count]).toEqual([new Int32Array(4), 0]);
  });

  test('makes room for active words as they are needed, and keeps those that are known', () => {
    const pool = new MaskPool();
    pool.fit(gridOf(3, 100));
    const buffer = pool.take(3);
    expect(buffer.active.length).toBeGreaterThanOrEqual(3);
    buffer.active.set([1, 5, 7]);
    reserve(buffer, 12);
    expect([...buffer.active]).toEqual([1, 5, 7, ...new Array<number>(9).fill(0)]); // no more than there are words
    const { active } = buffer;
    reserve(buffer, 5);
    expect(buffer.active).toBe(active);
  });

  test('keeps them for another image of the same size, but not for one of another', () => {
    const pool = new MaskPool();
    pool.fit(gridOf(2, 33));
    const buffer = pool.take();
    pool.giveBack(buffer);
    pool.fit(gridOf(4, 32));
    expect(pool.take()).toBe(buffer); // as many words
    pool.giveBack(buffer);
    pool.fit(gridOf(3, 33));
    expect(pool.take().words).toHaveLength(6);
    pool.fit(gridOf(2, 33));
    expect(pool.take()).not.toBe(buffer);
  });
});
