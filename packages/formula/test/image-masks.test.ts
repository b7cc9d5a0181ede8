import { readFormula } from '@auto-seg-loss/formula';
import { describe, expect, test } from 'vitest';
import { gridOf } from '../src/exact/bit-mask.ts';
import { exactSum } from '../src/exact/exact-expression.ts';
import { ImageMasks } from '../src/exact/image-masks.ts';
import { packClasses } from '../src/exact/pack-classes.ts';
import { WordPool } from '../src/exact/word-pool.ts';
import { trialMetrics } from './formulas.ts';

/** Keeps account of what is taken and given back. */
class CountingPool extends WordPool {
  readonly out = new Set<Int32Array>();
  taken = 0;

  override take(): Int32Array {
    const words = super.take();
    if (this.out.has(words)) throw new Error('a buffer that is in use was given away');
    this.out.add(words);
    this.taken++;
    return words;
  }

  override giveBack(buffers: readonly Int32Array[]): void {
    for (const words of buffers) if (!this.out.delete(words)) throw new Error('a buffer was given back twice');
    super.giveBack(buffers);
  }
}

const [height, width, classes] = [6, 40, 3];
const grid = gridOf(height, width);
const map = (shift: number) =>
  Uint8Array.from({ length: height * width }, (_, i) => {
    const [y, x] = [Math.floor(i / width), i % width];
    return y === 5 ? 255 : (Math.floor((x + shift) / 15) + (y > 2 ? 1 : 0)) % classes;
  });
const label = map(0);
const prediction = map(4).map((value) => (value === 255 ? 0 : value));

function masksIn(pool: WordPool): ImageMasks {
  pool.fit(grid);
  const pack = (values: Uint8Array) => packClasses(values, grid, classes, () => pool.take()).masks;
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

  test('are not made only to count what two of them have in common', () => {
    const pool = new CountingPool();
    const masks = masksIn(pool);
    const { taken } = pool;
    const hits = sumsOf('sets of pixels').find(([name]) => name === 'and everywhere')?.[1];
    const expected = prediction.reduce((sum, p, i) => sum + (p === 1 && label[i] === 1 ? 1 : 0), 0);
    expect(hits && masks.count(hits, 1)).toBe(expected);
    expect(pool.taken).toBe(taken);
  });
});

describe('a pool of buffers', () => {
  test('gives those again that came back, and others as long as they are out', () => {
    const pool = new WordPool();
    pool.fit(gridOf(2, 33));
    const [one, two] = [pool.take(), pool.take()];
    expect(two).not.toBe(one);
    expect(one).toHaveLength(4);
    pool.giveBack([one, two]);
    expect(new Set([pool.take(), pool.take()])).toEqual(new Set([one, two]));
  });

  test('keeps them for another image of the same size, but not for one of another', () => {
    const pool = new WordPool();
    pool.fit(gridOf(2, 33));
    const words = pool.take();
    pool.giveBack([words]);
    pool.fit(gridOf(4, 32));
    expect(pool.take()).toBe(words); // as many words
    pool.giveBack([words]);
    pool.fit(gridOf(3, 33));
    expect(pool.take()).toHaveLength(6);
    pool.fit(gridOf(2, 33));
    expect(pool.take()).not.toBe(words);
  });
});
