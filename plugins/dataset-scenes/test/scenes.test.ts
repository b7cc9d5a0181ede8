import { createHash } from 'node:crypto';
import { CLASSES, plugin } from '@auto-seg-loss/dataset-scenes';
import { type Dataset, IGNORE_LABEL, type Sample } from '@auto-seg-loss/kernel';
import { test } from '@fast-check/vitest';
import * as fc from 'fast-check';
import { describe, expect } from 'vitest';

const context = { baseDir: '.', cacheDir: '.cache' };

async function open(options: Readonly<Record<string, unknown>> = {}): Promise<Dataset> {
  return plugin.create(plugin.options.parse(options), context);
}

function hash({ image, label }: Sample): string {
  return createHash('sha256').update(image).update(label).digest('hex');
}

async function first(count: number, options: Readonly<Record<string, unknown>> = {}): Promise<Sample[]> {
  const { train } = await open({ ...options, train: count });
  return Promise.all(train.ids.map((_, index) => train.read(index)));
}

describe('scenes', () => {
  test('are the same bytes each time, in any order, and whatever their number', async () => {
    const few = await open({ train: 3 });
    const many = await open({ train: 50 });
    const backwards = [2, 1, 0].map(async (index) => hash(await many.train.read(index)));
    const forwards = [0, 1, 2].map(async (index) => hash(await few.train.read(index)));
    expect((await Promise.all(backwards)).reverse()).toEqual(await Promise.all(forwards));
  });

  test('are pinned: another version must not draw other scenes unnoticed', async () => {
    const { train } = await open({ size: [96, 128], seed: 1, difficulty: 0.5 });
    expect(hash(await train.read(0))).toBe('2880c4bcf54ce16899a2460828464fde49e9b1946511d1a3d16c6982d1f0e433');
  });

  test('all differ, between seeds and between the splits too', async () => {
    const hashes: string[] = [];
    for (const seed of [1, 2]) {
      const data = await open({ seed, train: 20, val: 20 });
      for (const split of [data.train, data.val]) {
        for (const index of split.ids.keys()) hashes.push(hash(await split.read(index)));
      }
    }
    expect(new Set(hashes).size).toBe(80);
  });

  test.prop(
    [
      fc.integer({ min: 32, max: 150 }),
      fc.integer({ min: 32, max: 150 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(9999),
    ],
    {
      numRuns: 30,
    },
  )('of any size and difficulty hold what they say', async (height, width, difficulty, seed) => {
    const data = await open({ size: [height, width], difficulty, seed, train: 2 });
    const sample = await data.train.read(0);
    expect([sample.height, sample.width]).toEqual([height, width]);
    expect(sample.image).toHaveLength(height * width * 3);
    expect(sample.label).toHaveLength(height * width);
    expect(sample.label.every((value) => value < CLASSES.length || value === IGNORE_LABEL)).toBe(true);
    // A picture, not a flat field.
    expect(new Set(sample.image).size).toBeGreaterThan(20);
  });

  test('have large, thin and rare classes, and some ignored pixels', async () => {
    const samples = await first(120);
    const pixels = 120 * 96 * 128;
    const share = (value: number): number =>
      samples.reduce(
        (sum, { label }) => sum + label.reduce((count, other) => count + (other === value ? 1 : 0), 0),
        0,
      ) / pixels;
    const scenesWith = (value: number): number => samples.filter(({ label }) => label.includes(value)).length / 120;
    const of = (name: (typeof CLASSES)[number]): number => CLASSES.indexOf(name);
    for (const name of ['road', 'pavement', 'building', 'sky', 'tree', 'car'] as const)
      expect(share(of(name))).toBeGreaterThan(0.04);
    for (const name of ['person', 'pole', 'sign'] as const) {
      expect(share(of(name))).toBeGreaterThan(0.001);
      expect(share(of(name))).toBeLessThan(0.04);
    }
    expect(scenesWith(of('sign'))).toBeGreaterThan(0.2);
    expect(scenesWith(of('sign'))).toBeLessThan(0.6);
    expect(share(IGNORE_LABEL)).toBeGreaterThan(0.01);
    expect(share(IGNORE_LABEL)).toBeLessThan(0.08);
  });

  test('have poles that are a few pixels wide at most', async () => {
    const pole = CLASSES.indexOf('pole');
    const runs: number[] = [];
    for (const { label, width } of await first(40)) {
      for (let start = 0, i = 0; i < label.length; i++) {
        if (i % width === 0 || label[i] !== pole) start = i;
        const ends = label[i] === pole && ((i + 1) % width === 0 || label[i + 1] !== pole);
        if (ends) runs.push(i - start + (label[start] === pole ? 1 : 0));
      }
    }
    runs.sort((a, b) => a - b);
    expect(runs[Math.floor(runs.length / 2)]).toBeLessThanOrEqual(3);
  });

  test('share their colours between classes: no threshold on a pixel tells road from pavement', async () => {
    const [road, pavement] = [CLASSES.indexOf('road'), CLASSES.indexOf('pavement')];
    const means = (await first(60)).map(({ image, label }) => {
      const mean = (value: number): number => {
        let [sum, count] = [0, 0];
        for (const [i, other] of label.entries())
          if (other === value) [sum, count] = [sum + (image[i * 3] as number), count + 1];
        return sum / count;
      };
      return mean(road) - mean(pavement);
    });
    const lighter = means.filter((difference) => difference > 0).length;
    expect(lighter).toBeGreaterThan(6);
    expect(lighter).toBeLessThan(54);
  });

  test('a scene outside the split is refused', async () => {
    await expect((await open({ val: 3 })).val.read(3)).rejects.toMatchObject({ code: 'ASL_ARGUMENT_INVALID' });
  });
});

test('the fingerprint tells options apart and nothing else', async () => {
  const prints = await Promise.all(
    [{}, {}, { seed: 2 }, { train: 100 }, { difficulty: 0.6 }, { size: [64, 96] }, { val: 0 }].map(async (options) =>
      (await open(options)).fingerprint(),
    ),
  );
  expect(prints[0]).toBe(prints[1]);
  expect(new Set(prints).size).toBe(6);
});

test('the plugin names as many colours as classes, and fills in its options', () => {
  expect(plugin.options.parse({})).toEqual({ size: [96, 128], train: 240, val: 80, seed: 1, difficulty: 0.5 });
  expect(plugin.options.safeParse({ size: [16, 16] }).success).toBe(false);
});
