import { Random, type Sample, type Split } from '@auto-seg-loss/kernel';
import { test } from '@fast-check/vitest';
import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
import { drawAugmentation, NO_AUGMENTATION } from '../../src/data/augmentation.ts';
import { BatchSource } from '../../src/data/batch-source.ts';
import { cropFit } from '../../src/data/crop-fit.ts';
import { CropStore } from '../../src/data/crop-store.ts';
import { isDominated } from '../../src/data/dominated.ts';
import { warpSample } from '../../src/data/warp-sample.ts';
import { noiseSample, splitOf } from './fixtures.ts';

const PLAIN = { scale: [1, 1], flip: false, photometric: 0, catMaxRatio: 1 } as const;
const FULL = { scale: [0.5, 2], flip: true, photometric: 1, catMaxRatio: 1 } as const;
const range = (count: number) => Array.from({ length: count }, (_, i) => i);

/** Images of several sizes; some are smaller than the crops, along one axis or both. */
const SIZES = [
  [6, 8],
  [9, 5],
  [4, 4],
  [12, 20],
  [5, 30],
  [7, 7],
] as const;

function samples(): readonly Sample[] {
  return SIZES.map(([height, width], i) => noiseSample(`${i}`, height, width, 4));
}

/** A split that counts what is read of it, and how much at once. */
function counting(all: readonly Sample[]) {
  const counts = { reads: 0, atOnce: 0, mostAtOnce: 0 };
  const read = async (index: number): Promise<Sample> => {
    counts.reads += 1;
    counts.atOnce += 1;
    counts.mostAtOnce = Math.max(counts.mostAtOnce, counts.atOnce);
    await new Promise((resolve) => setTimeout(resolve, 1));
    counts.atOnce -= 1;
    return all[index] as Sample;
  };
  return { split: { ids: all.map(({ id }) => id), read } satisfies Split, counts };
}

const load = { size: [6, 7], classes: 4, where: 'training' } as const;

describe('a crop', () => {
  test.prop([fc.nat(), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 40 })])(
    'lies in the scaled image, or the scaled image in it, at whole pixels',
    (seed, height, width) => {
      const { scale, top, left } = drawAugmentation(Random.fromSeed(seed), FULL, {
        image: [height, width],
        crop: [10, 12],
      });
      for (const [offset, length, window] of [
        [top, height, 10],
        [left, width, 12],
      ] as const) {
        const room = scale * length - window;
        expect(Number.isInteger(offset)).toBe(true);
        expect(offset).toBeGreaterThanOrEqual(Math.min(0, Math.floor(room)));
        expect(offset).toBeLessThanOrEqual(Math.max(0, room));
      }
    },
  );

  test.prop([fc.nat(), fc.constantFrom(...SIZES)])(
    'at scale 1 shows the pixels as they are, and is padded where there are none',
    (seed, [height, width]) => {
      const sample = noiseSample('crop', height, width, 4);
      const crop = [6, 7] as const;
      const drawn = drawAugmentation(Random.fromSeed(seed), PLAIN, { image: [height, width], crop });
      const to = { image: new Uint8Array(6 * 7 * 3), label: new Uint8Array(6 * 7) };
      warpSample(sample, to, crop, drawn);
      let inside = 0;
      for (let y = 0; y < 6; y++)
        for (let x = 0; x < 7; x++) {
          const [v, u] = [y + drawn.top, x + drawn.left];
          const isInside = v >= 0 && v < height && u >= 0 && u < width;
          if (isInside) inside += 1;
          expect(to.label[y * 7 + x]).toBe(isInside ? sample.label[v * width + u] : 255);
          if (isInside) expect(to.image[(y * 7 + x) * 3 + 1]).toBe(sample.image[(v * width + u) * 3 + 1]);
        }
      expect(inside).toBe(Math.min(6, height) * Math.min(7, width));
    },
  );

  test('at half the scale is the mean of four pixels', () => {
    const sample = noiseSample('half', 4, 6, 4);
    const to = { image: new Uint8Array(2 * 3 * 3), label: new Uint8Array(2 * 3) };
    warpSample(sample, to, [2, 3], { ...NO_AUGMENTATION, scale: 0.5 });
    const at = (y: number, x: number): number => sample.image[(y * 6 + x) * 3] as number;
    for (let y = 0; y < 2; y++)
      for (let x = 0; x < 3; x++) {
        const [v, u] = [2 * y, 2 * x];
        const mean = (at(v, u) + at(v, u + 1) + at(v + 1, u) + at(v + 1, u + 1)) / 4;
        expect(Math.abs((to.image[(y * 3 + x) * 3] as number) - mean)).toBeLessThanOrEqual(0.5);
      }
  });

  test('reaches every corner of an image', () => {
    const corners = new Set<string>();
    for (let seed = 0; seed < 400; seed++) {
      const { top, left } = drawAugmentation(Random.fromSeed(seed), PLAIN, { image: [12, 20], crop: [6, 7] });
      if ((top === 0 || top === 6) && (left === 0 || left === 13)) corners.add(`${top} ${left}`);
    }
    expect(corners.size).toBe(4);
  });
});

describe('windows of one class', () => {
  const label = new Uint8Array(8 * 8).map((_, i) => (i % 8 < 4 ? 0 : 1));
  const sample = { label, height: 8, width: 8 };

  test('are those that show less than two, or one with too large a share', () => {
    const at = (left: number, ratio = 0.75) => isDominated(sample, [4, 4], { scale: 1, top: 0, left }, ratio);
    expect(at(0)).toBe(true);
    expect(at(1)).toBe(true);
    expect(at(2)).toBe(false);
    expect(at(1, 0.8)).toBe(false);
    const ignored = { ...sample, label: new Uint8Array(64).fill(255) };
    expect(isDominated(ignored, [4, 4], { scale: 1, top: 0, left: 0 }, 0.75)).toBe(true);
  });

  test('are drawn again, and taken in the end where there are no others', async () => {
    const image = new Uint8Array(8 * 8 * 3);
    const mixed: Sample = { id: 'mixed', height: 8, width: 8, image, label };
    const plain: Sample = { ...mixed, id: 'plain', label: new Uint8Array(64) };
    const store = await CropStore.load(splitOf([mixed, plain]), { ...load, size: [4, 4] });
    const share = async (index: number, catMaxRatio: number) => {
      const augment = { ...PLAIN, catMaxRatio };
      const source = new BatchSource({ store, indices: [index], batchSize: 50, augment, random: Random.fromSeed(3) });
      const { labels } = await source.batch(0);
      const windows = range(50).map((slot) => labels.subarray(slot * 16, (slot + 1) * 16));
      return windows.filter((window) => new Set(window).size === 2).length;
    };
    const [free, asked] = [await share(0, 1), await share(0, 0.75)];
    expect(free).toBeLessThan(40);
    // A window of both classes with at most three quarters of one is every fifth: ten draws find none once in ten.
    expect(asked).toBeGreaterThan(free);
    expect(await share(1, 0.75)).toBe(0);
  });
});

describe('crops of images at their own size', () => {
  const source = (store: CropStore, seed = 1, cacheBytes = 0) =>
    new BatchSource({
      store,
      indices: range(SIZES.length),
      batchSize: 4,
      augment: FULL,
      random: Random.fromSeed(seed),
      cacheBytes,
    });

  test('come out the same whether samples are kept or read again, and in whatever order batches are asked for', async () => {
    const kept = await CropStore.load(splitOf(samples()), load);
    expect(kept.held).toBe(true);
    const expected = await Promise.all(range(9).map((iteration) => source(kept).batch(iteration)));
    for (const maximumBytes of [0, 500, 2000]) {
      const { split } = counting(samples());
      const store = await CropStore.load(split, { ...load, maximumBytes });
      expect(store.held).toBe(false);
      const straight = source(store);
      for (const iteration of range(9)) expect(await straight.batch(iteration, 9)).toEqual(expected[iteration]);
      const backwards = source(store, 1, 3 * 4 * 6 * 7 * 4);
      for (const iteration of [8, 3, 3, 0, 7, 1, 8, 2, 0, 5, 4, 6])
        expect(await backwards.batch(iteration, 9)).toEqual(expected[iteration]);
    }
    expect(await source(kept, 2).batch(0)).not.toEqual(expected[0]);
  });

  test('are read ahead, each batch once, four samples at a time, and none past the end', async () => {
    const { split, counts } = counting(samples());
    const store = await CropStore.load(split, { ...load, maximumBytes: 0 });
    expect(counts.reads).toBe(SIZES.length);
    const batches = source(store);
    await batches.batch(0, 5);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(counts.reads).toBe(SIZES.length + 3 * 4);
    for (const iteration of [1, 2, 3, 4]) await batches.batch(iteration, 5);
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(counts.reads).toBe(SIZES.length + 5 * 4);
    expect(counts.mostAtOnce).toBeLessThanOrEqual(4);
  });

  test('a sample that cannot be read any more is named when its batch is wanted, not before', async () => {
    const all = samples();
    let broken = false;
    const split: Split = {
      ids: all.map(({ id }) => id),
      read: async (index) => {
        if (broken) throw new Error('gone');
        return all[index] as Sample;
      },
    };
    const batches = source(await CropStore.load(split, { ...load, maximumBytes: 0 }));
    await batches.batch(0, 1);
    broken = true;
    await expect(batches.batch(1, 9)).rejects.toThrow('gone');
    broken = false;
    expect((await batches.batch(1, 2)).shape).toEqual([4, 6, 7]);
  });

  test('an image that has another size when it is read again is refused', async () => {
    const all = [...samples()];
    const store = await CropStore.load(splitOf(all), { ...load, maximumBytes: 0 });
    all[0] = noiseSample('0', 9, 9, 4);
    await expect(store.sample(0)).rejects.toMatchObject({ code: 'ASL_DATA_INVALID' });
  });
});

describe('images and crops of unlike sizes', () => {
  const sized = (height: number, width: number, images = 1) => ({ height, width, images });

  test('are told how many are padded and how small they are', () => {
    expect(cropFit([sized(500, 375, 7), sized(512, 600, 2), sized(300, 400)], [512, 512], 'training')).toEqual({
      images: 8,
      of: 10,
      smallest: [300, 400],
    });
    expect(cropFit([sized(512, 512)], [512, 512], 'training')).toBeUndefined();
  });

  test('are refused where no image fills a quarter of a crop', () => {
    const refused = () => cropFit([sized(100, 100), sized(255, 256)], [512, 512], 'proxy');
    expect(refused).toThrow(expect.objectContaining({ code: 'ASL_CONFIG_INVALID' }));
    expect(refused).toThrow(/far larger than every image/);
    expect(cropFit([sized(100, 100), sized(256, 256)], [512, 512], 'proxy')).toMatchObject({ images: 2 });
  });
});
