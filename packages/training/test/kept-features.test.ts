import { openEngine } from '@auto-seg-loss/engine';
import { Random } from '@auto-seg-loss/kernel';
import { type Loss, trainingLogits } from '@auto-seg-loss/ops';
import { memory, ones, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { type Batch, logitsOf } from '../src/batch.ts';
import { CropStore } from '../src/data/crop-store.ts';
import { drawWindow } from '../src/data/draw-window.ts';
import { evaluationBatches } from '../src/data/evaluation-batches.ts';
import { normalizeBatch } from '../src/data/normalize.ts';
import { SampleStore } from '../src/data/sample-store.ts';
import { warpSample } from '../src/data/warp-sample.ts';
import { FeatureBatches } from '../src/features/feature-batches.ts';
import { recordsFor } from '../src/features/feature-records.ts';
import { FeatureStore } from '../src/features/feature-store.ts';
import { headOf } from '../src/features/halves-of.ts';
import type { ProxyOptions } from '../src/proxy/proxy-options.ts';
import { ProxyTask } from '../src/proxy/proxy-task.ts';
import { cutNetwork } from './cut-network.ts';
import { tinyDataset } from './tiny-dataset.ts';
import { tinyNetwork } from './tiny-network.ts';
import { accuracy, crossEntropy, tinyOptions } from './tiny-task.ts';

beforeAll(() => openEngine({ backend: 'wasm' }));

const plain = { ...tinyOptions, augment: { scale: [1, 1], flip: false, photometric: 0, catMaxRatio: 1 } } as const;
const options: ProxyOptions = {
  ...plain,
  iterations: 6,
  reward: { fraction: 0.25, folds: null },
  warmStart: null,
  keptFeatures: { views: 1, keep: 'memory' },
};
const prepare = (changes: Partial<ProxyOptions> = {}, architecture = cutNetwork): Promise<ProxyTask> =>
  ProxyTask.prepare({
    dataset: tinyDataset,
    architecture,
    options: { ...options, ...changes },
    metric: accuracy,
    random: Random.fromSeed(4),
  });

/** Cross-entropy that keeps its values. */
function recording(values: number[]): Loss {
  return {
    name: 'recording',
    value: (logits, labels) => {
      const value = crossEntropy.value(logits, labels);
      values.push(value.dataSync()[0] as number);
      return value;
    },
  };
}

const outcomeOf = async (task: ProxyTask) => {
  const values: number[] = [];
  const { ms: _, ...outcome } = await task.run({ loss: recording(values), round: 0 });
  return { values, outcome };
};

test.each(['memory', 'disk'] as const)('features kept in %s are those of the encoder, in every view', async (keep) => {
  const classes = tinyDataset.classes.length;
  const store = await SampleStore.load(tinyDataset.train, { size: plain.size, classes });
  const network = cutNetwork.build(classes, Random.fromSeed(1));
  const [batch] = evaluationBatches(store, 2, [1, 3]) as Iterable<Batch>;
  if (batch === undefined) throw new Error('there are images');
  const before = memory().numTensors;
  const features = await FeatureStore.make({
    network,
    store,
    train: [1, 3],
    reward: [0],
    options: { views: 3, keep },
    augment: { ...tinyOptions.augment, flip: true },
    random: Random.fromSeed(2),
  });
  expect(memory().numTensors).toBe(before);
  const kept = features.batch([
    { index: 1, view: 0 },
    { index: 3, view: 0 },
  ]);
  expect(kept.labels).toEqual(batch.labels);
  const [direct, through] = [logitsOf(network, batch, false), logitsOf(network, kept, false)];
  expect(through.dataSync()).toEqual(direct.dataSync());
  // A label with its columns in reverse is the flipped view's.
  const [height, width] = store.size;
  const flipped = features.batch([{ index: 3, view: 1 }]).labels;
  const label = features.batch([{ index: 3, view: 0 }]).labels;
  const columns = Array.from({ length: height * width }, (_, pixel) => {
    const [row, column] = [Math.floor(pixel / width), pixel % width];
    return label[row * width + width - 1 - column];
  });
  expect([...flipped]).toEqual(columns);
  for (const tensor of [direct, through]) tensor.dispose();
  features.dispose();
  network.dispose();
});

test('a batch of kept features depends on the stream and its number alone, and an epoch has each image once', async () => {
  const classes = tinyDataset.classes.length;
  const store = await SampleStore.load(tinyDataset.train, { size: plain.size, classes });
  const network = cutNetwork.build(classes, Random.fromSeed(1));
  const indices = store.count > 5 ? [0, 1, 2, 3, 4, 5] : [0, 1];
  const features = await FeatureStore.make({
    ...{ network, store, train: indices, reward: [], options: { views: 2, keep: 'memory' } },
    ...{ augment: tinyOptions.augment, random: Random.fromSeed(2) },
  });
  const make = (seed: number) => new FeatureBatches(features, indices, 2, Random.fromSeed(seed));
  const [one, other] = [make(7), make(7)];
  const later = other.batch(5);
  const all = Array.from({ length: 6 }, (_, iteration) => one.batch(iteration));
  expect(all[5]).toEqual(later);
  expect(make(8).batch(5)).not.toEqual(later);
  features.dispose();
  network.dispose();
});

test('trials with kept features train the head alone, from the same encoder in all rounds, and leave nothing', async () => {
  const before = memory().numTensors;
  const task = await prepare();
  const first = await outcomeOf(task);
  expect(await outcomeOf(task)).toEqual(first);
  expect(first.values.at(-1)).toBeLessThan(first.values[1] as number);
  const onDisk = await prepare({ keptFeatures: { views: 1, keep: 'disk' } });
  expect(await outcomeOf(onDisk)).toEqual(first);
  const all = await prepare({ keptFeatures: null });
  expect((await outcomeOf(all)).values).not.toEqual(first.values);
  for (const each of [task, onDisk, all]) each.dispose();
  expect(memory().numTensors).toBe(before);
});

test('a paused trial with kept features goes on to the same', async () => {
  const { mkdtemp, rm } = await import('node:fs/promises');
  const { tmpdir } = await import('node:os');
  const { join } = await import('node:path');
  const folder = await mkdtemp(join(tmpdir(), 'asl-kept-'));
  const task = await prepare();
  const state = { path: join(folder, 'state'), key: 'one' };
  const { ms: _, ...whole } = await task.run({ loss: crossEntropy, round: 0 });
  expect(await task.run({ loss: crossEntropy, round: 0, until: 0.5, state })).toMatchObject({ status: 'paused' });
  expect(await task.run({ loss: crossEntropy, round: 0, from: 0.5, state })).toMatchObject(whole);
  task.dispose();
  await rm(folder, { recursive: true });
});

test('a network without an encoder is refused', async () => {
  await expect(prepare({}, tinyNetwork)).rejects.toMatchObject({
    code: 'ASL_CONFIG_INVALID',
    message: expect.stringContaining('network "tiny" has no encoder'),
  });
});

describe('of crops', () => {
  const crops = { images: 'crops', size: [8, 9] } as const;

  test('the features that are kept are those of windows drawn as batches draw them', async () => {
    const classes = tinyDataset.classes.length;
    const store = await CropStore.load(tinyDataset.train, { size: crops.size, classes, where: 'proxy' });
    const network = cutNetwork.build(classes, Random.fromSeed(1));
    const augment = { ...tinyOptions.augment, catMaxRatio: 0.6 };
    const random = Random.fromSeed(2);
    const made = { network, store, train: [1, 3], reward: [], options: { views: 3, keep: 'memory' }, augment } as const;
    const features = await FeatureStore.make({ ...made, random });
    const seen = new Set<string>();
    for (const index of [1, 3]) {
      for (let view = 0; view < 3; view++) {
        const sample = await store.sample(index);
        const drawn = drawWindow(sample, store, augment, random.split(`view/${index}/${view}`));
        const window = { image: new Uint8Array(3 * 72), label: new Uint8Array(72) };
        warpSample(sample, window, store.size, drawn);
        const kept = features.batch([{ index, view }]);
        expect([...kept.labels]).toEqual([...window.label]);
        const direct = logitsOf(network, normalizeBatch(window.image, window.label, store.size), false);
        const through = logitsOf(network, kept, false);
        expect(through.dataSync()).toEqual(direct.dataSync());
        for (const tensor of [direct, through]) tensor.dispose();
        seen.add(JSON.stringify(drawn));
      }
    }
    expect(seen.size).toBe(6);
    features.dispose();
    network.dispose();
  });

  test('trials train the head on them, and are scored on whole images', async () => {
    const before = memory().numTensors;
    const task = await prepare({ ...crops, iterations: 12, keptFeatures: { views: 3, keep: 'memory' } });
    const first = await outcomeOf(task);
    expect(await outcomeOf(task)).toEqual(first);
    expect(first.values.at(-1)).toBeLessThan(first.values[1] as number);
    const onDisk = await prepare({ ...crops, iterations: 12, keptFeatures: { views: 3, keep: 'disk' } });
    expect(await outcomeOf(onDisk)).toEqual(first);
    // A network that training leaves as it is has one reward, however it is trained.
    const still = { ...crops, learningRate: 1e-30 };
    const same = { ...cutNetwork, build: (classes: number) => cutNetwork.build(classes, Random.fromSeed(5)) };
    const kept = await prepare(still, same);
    const all = await prepare({ ...still, keptFeatures: null }, same);
    expect((await outcomeOf(kept)).outcome).toEqual((await outcomeOf(all)).outcome);
    for (const each of [task, onDisk, kept, all]) each.dispose();
    expect(memory().numTensors).toBe(before);
  });
});

test('where the head alone is trained, the encoder runs as in evaluation', () => {
  const network = cutNetwork.build(3, Random.fromSeed(1));
  const asBuilt = (): never => {
    throw new Error('the whole network is not to run');
  };
  const head = headOf({ ...network, forward: asBuilt, trainingLogits: asBuilt });
  expect(head.parameters.map(({ name }) => name)).toEqual(['last']);
  tidy(() => {
    const images = ones([2, 12, 12, 3]) as Tensor4D;
    const expected = network.forward(images, false).dataSync();
    expect(head.forward(images, true).dataSync()).toEqual(expected);
    expect(trainingLogits(head, images).map(({ logits }) => logits.dataSync())).toEqual([expected]);
  });
  network.dispose();
});

test.each(['memory', 'disk'] as const)('features that find no room in %s are refused with what they take', (keep) => {
  const bytes = 4 * 3 * 5;
  const records = recordsFor(keep, 3, 5, bytes);
  records.write(2, Float32Array.from([1, 2, 3, 4, 5]));
  const read = new Float32Array(5);
  records.read(2, read);
  expect([...read]).toEqual([1, 2, 3, 4, 5]);
  records.dispose();
  expect(() => recordsFor(keep, 3, 5, bytes - 1)).toThrow(
    expect.objectContaining({
      code: 'ASL_CONFIG_INVALID',
      details: expect.objectContaining({
        where: 'proxy.keptFeatures',
        expected: expect.stringMatching(/^at most 0\.0 GiB, which are free/),
        received: '0.0 GiB: 3 views of 0.00 MiB',
      }),
    }),
  );
  // However much is free, no more than 4 GiB of memory.
  if (keep === 'memory') expect(() => recordsFor(keep, 2 ** 20, 2 ** 11, 2 ** 50)).toThrow('do not fit into memory');
});

test('an encoder with fresh weights is refused, unless there is a warm start', async () => {
  const fresh: typeof cutNetwork = { name: cutNetwork.name, build: cutNetwork.build };
  await expect(prepare({}, fresh)).rejects.toMatchObject({
    code: 'ASL_CONFIG_INVALID',
    message: expect.stringContaining('nobody trained'),
  });
});
