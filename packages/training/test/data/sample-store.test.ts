import type { Sample } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { resizeSample } from '../../src/data/resize-sample.ts';
import { SampleStore } from '../../src/data/sample-store.ts';
import { noiseSample, splitOf } from './fixtures.ts';

const samples = [
  noiseSample('a', 6, 9, 4),
  noiseSample('b', 12, 4, 4),
  noiseSample('c', 3, 5, 4),
  noiseSample('d', 5, 5, 4),
  noiseSample('e', 7, 2, 4),
];

describe('SampleStore', () => {
  test('holds every sample at one size, in the order of the split, however long each read takes', async () => {
    const split = splitOf(samples);
    const slow = {
      ...split,
      read: async (index: number) => {
        await new Promise((resolve) => setTimeout(resolve, (5 - index) * 3));
        return split.read(index);
      },
    };
    const progress: number[] = [];
    const store = await SampleStore.load(slow, { size: [3, 5], classes: 4, onProgress: (read) => progress.push(read) });
    expect(store.count).toBe(5);
    expect(progress).toEqual([1, 2, 3, 4, 5]);
    for (const [index, sample] of samples.entries()) {
      const { image, label } = resizeSample(sample, [3, 5]);
      expect([...store.image(index)]).toEqual([...image]);
      expect([...store.label(index)]).toEqual([...label]);
    }
  });

  test('passes on what a read fails with', async () => {
    const broken = {
      ids: ['a', 'b'],
      read: (index: number) => (index === 1 ? Promise.reject(new Error('b is broken')) : splitOf(samples).read(0)),
    };
    await expect(SampleStore.load(broken, { size: [3, 5], classes: 4 })).rejects.toThrow('b is broken');
  });

  test('reads no further than a few samples beyond one that fails', async () => {
    let reads = 0;
    const broken = {
      ids: Array.from({ length: 100 }, (_, index) => `${index}`),
      read: (index: number) => {
        reads++;
        return index === 2 ? Promise.reject(new Error('2 is broken')) : splitOf(samples).read(0);
      },
    };
    await expect(SampleStore.load(broken, { size: [3, 5], classes: 4 })).rejects.toThrow('2 is broken');
    expect(reads).toBeLessThan(20);
  });

  test('refuses what would not fit into memory, before it reads anything', async () => {
    const unread = { ids: ['a', 'b', 'c'], read: () => Promise.reject(new Error('was read')) };
    const load = SampleStore.load(unread, { size: [512, 1024], classes: 4, maximumBytes: 4 * 2 ** 20 });
    await expect(load).rejects.toMatchObject({
      code: 'ASL_CONFIG_INVALID',
      details: {
        expected: expect.stringContaining('4.0 MiB'),
        received: expect.stringContaining('6.0 MiB: 3 images of 1024 × 512'),
      },
    });
  });

  const load = (sample: Sample) => SampleStore.load(splitOf([sample]), { size: [2, 2], classes: 4 });

  test('refuses a sample of a wrong size or with a value that is no class', async () => {
    const good = noiseSample('good', 4, 4, 4);
    await expect(load({ ...good, width: 5 })).rejects.toMatchObject({
      code: 'ASL_DATA_INVALID',
      details: { where: 'good' },
    });
    const label = new Uint8Array(16);
    label[6] = 4;
    await expect(load({ ...good, label })).rejects.toMatchObject({
      code: 'ASL_DATA_INVALID',
      details: { received: '4 at row 1, column 2' },
    });
  });
});
