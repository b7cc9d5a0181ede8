import { createHash } from 'node:crypto';
import { Random } from '@auto-seg-loss/kernel';
import { test } from '@fast-check/vitest';
import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
import { BatchSource } from '../../src/data/batch-source.ts';
import { evaluationBatches } from '../../src/data/evaluation-batches.ts';
import { SampleStore } from '../../src/data/sample-store.ts';
import { noiseSample, numberedStore, splitOf } from './fixtures.ts';

const PLAIN = { scale: [1, 1], flip: false, photometric: 0, catMaxRatio: 1 } as const;
const FULL = { scale: [0.5, 2], flip: true, photometric: 1, catMaxRatio: 1 } as const;
const range = (count: number) => Array.from({ length: count }, (_, i) => i);

async function noiseStore() {
  const samples = range(7).map((i) => noiseSample(`${i}`, 6, 8, 4));
  return SampleStore.load(splitOf(samples), { size: [6, 8], classes: 4 });
}

describe('BatchSource', () => {
  test.prop([fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 9 }), fc.integer()])(
    'every epoch shows each sample once, also where it ends within a batch',
    async (count, batchSize, seed) => {
      const store = await numberedStore(12, [1, 2]);
      const indices = Random.fromSeed(seed).shuffle(range(12)).slice(0, count);
      const source = new BatchSource({ store, indices, batchSize, augment: PLAIN, random: Random.fromSeed(seed) });
      const seen: number[] = [];
      for (let iteration = 0; seen.length < 3 * count; iteration++) {
        const { labels, shape } = await source.batch(iteration);
        expect(shape).toEqual([batchSize, 1, 2]);
        for (let slot = 0; slot < batchSize; slot++) seen.push(labels[slot * 2] as number);
      }
      const sorted = [...indices].sort((a, b) => a - b);
      for (const epoch of [0, 1, 2]) {
        expect(seen.slice(epoch * count, (epoch + 1) * count).sort((a, b) => a - b)).toEqual(sorted);
      }
    },
  );

  test('epochs differ in their order', async () => {
    const store = await numberedStore(30, [1, 1]);
    const source = new BatchSource({
      store,
      indices: range(30),
      batchSize: 30,
      augment: PLAIN,
      random: Random.fromSeed(4),
    });
    const [first, second] = [await source.batch(0), await source.batch(1)];
    expect([...first.labels]).not.toEqual([...second.labels]);
  });

  test('a batch depends on the stream and the iteration, not on what was asked for before, cached or not', async () => {
    const store = await noiseStore();
    const source = (seed: number, cacheBytes: number) =>
      new BatchSource({
        store,
        indices: range(7),
        batchSize: 4,
        augment: FULL,
        random: Random.fromSeed(seed),
        cacheBytes,
      });
    const inOrder = source(1, 0);
    const expected = await Promise.all(range(9).map((iteration) => inOrder.batch(iteration)));
    for (const cacheBytes of [0, 3 * 4 * 6 * 8 * 4, 2 ** 30]) {
      const backwards = source(1, cacheBytes);
      for (const iteration of [8, 3, 3, 0, 7, 1, 8, 2, 0, 5, 4, 6])
        expect(await backwards.batch(iteration)).toEqual(expected[iteration]);
    }
    expect(await source(2, 0).batch(0)).not.toEqual(expected[0]);
  });

  test('fitted images give the batches that they have always given', async () => {
    const store = await noiseStore();
    const inputs = { store, indices: range(7), batchSize: 4, augment: FULL, random: Random.fromSeed(1) };
    const hash = createHash('sha256');
    for (const iteration of range(5)) {
      const { images, labels } = await new BatchSource(inputs).batch(iteration);
      hash.update(new Uint8Array(images.buffer)).update(new Uint8Array(labels.buffer));
    }
    expect(hash.digest('hex')).toBe('c2c2e056c7520b6ab86fc9ea2a12bcc8b81d4cae5794a1de4b46a9c8b918ba2a');
  });

  test('what a caller does to a batch does not reach the next', async () => {
    const source = new BatchSource({
      store: await noiseStore(),
      indices: range(7),
      batchSize: 4,
      augment: FULL,
      random: Random.fromSeed(1),
    });
    const first = await source.batch(0);
    const copy = { ...first, images: first.images.slice(), labels: first.labels.slice() };
    first.images.fill(0);
    first.labels.fill(0);
    expect(await source.batch(0)).toEqual(copy);
  });

  test('the stream that is handed down is not advanced', async () => {
    const random = Random.fromSeed(1);
    const before = random.state();
    const store = await noiseStore();
    await new BatchSource({ store, indices: range(7), batchSize: 4, augment: FULL, random }).batch(3);
    expect(random.state()).toEqual(before);
  });

  test('two appearances of a sample are augmented differently', async () => {
    const source = new BatchSource({
      store: await noiseStore(),
      indices: [2],
      batchSize: 2,
      augment: FULL,
      random: Random.fromSeed(1),
    });
    const { images } = await source.batch(0);
    expect(images.subarray(0, images.length / 2)).not.toEqual(images.subarray(images.length / 2));
  });

  test('images are normalised by the mean and deviation of ImageNet', async () => {
    const store = await SampleStore.load(
      splitOf([
        {
          id: 'a',
          height: 1,
          width: 2,
          image: Uint8Array.of(0, 128, 255, 124, 116, 104),
          label: Uint8Array.of(1, 255),
        },
      ]),
      { size: [1, 2], classes: 2 },
    );
    const { images, labels } = await new BatchSource({
      store,
      indices: [0],
      batchSize: 1,
      augment: PLAIN,
      random: Random.fromSeed(0),
    }).batch(0);
    expect([...labels]).toEqual([1, 255]);
    const expected = [-2.1179, 0.2052, 2.64, 0.0056, -0.0049, 0.0082];
    for (const [i, value] of expected.entries()) expect(images[i]).toBeCloseTo(value, 3);
  });

  test('without samples, and for a batch before the first, there is an error', async () => {
    const store = await noiseStore();
    const inputs = { store, indices: [0], batchSize: 1, augment: PLAIN, random: Random.fromSeed(0) };
    const refusal = expect.objectContaining({ code: 'ASL_ARGUMENT_INVALID' });
    expect(() => new BatchSource({ ...inputs, indices: [] })).toThrow(refusal);
    expect(() => new BatchSource({ ...inputs, batchSize: 0 })).toThrow(refusal);
    await expect(new BatchSource(inputs).batch(-1)).rejects.toEqual(refusal);
    await expect(new BatchSource(inputs).batch(0.5)).rejects.toEqual(refusal);
  });
});

describe('evaluationBatches', () => {
  test('come in order, unchanged, the last one smaller, as often as wanted', async () => {
    const store = await numberedStore(7, [2, 3]);
    const batches = evaluationBatches(store, 3);
    for (const _ of [1, 2]) {
      const all = [...batches];
      expect(all.map(({ shape }) => shape)).toEqual([
        [3, 2, 3],
        [3, 2, 3],
        [1, 2, 3],
      ]);
      expect(all.flatMap(({ labels }) => [...labels]).filter((_, i) => i % 6 === 0)).toEqual(range(7));
    }
    const chosen = [...evaluationBatches(store, 2, [5, 1, 3])];
    expect(chosen.map(({ labels }) => [...new Set(labels)])).toEqual([[5, 1], [3]]);
  });
});
