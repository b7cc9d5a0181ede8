import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine } from '@auto-seg-loss/engine';
import { type Dataset, type FinalTrainingOptions, IGNORE_LABEL, Random, type Split } from '@auto-seg-loss/kernel';
import type { Architecture, Network } from '@auto-seg-loss/ops';
import { memory } from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { FinalTraining } from '../src/final-training.ts';
import { tinyDataset } from './tiny-dataset.ts';
import { tinyNetwork } from './tiny-network.ts';
import { accuracy, crossEntropy, tinyOptions } from './tiny-task.ts';

describe.each(['wasm', 'native'] as const)('FinalTraining on the %s engine', (backend) => {
  beforeEach(async ({ skip }) => {
    const engine = await openEngine({ backend: backend === 'native' ? 'auto' : backend, threads: 1 });
    skip(engine.backend !== backend, 'the native engine is not installed: asl engine install');
  });

  test('the same seed gives the same bytes of weights, another seed others; no tensor is left', async () => {
    const task = await FinalTraining.prepare({
      dataset: tinyDataset,
      architecture: tinyNetwork,
      options: tinyOptions,
      metrics: [accuracy],
    });
    const run = async (seed: number) => {
      const outcome = await task.run({ loss: crossEntropy, random: Random.fromSeed(seed) });
      if (outcome.status !== 'complete') throw new Error(outcome.status);
      return { weights: outcome.weights.tensors, losses: outcome.losses, metrics: outcome.metrics };
    };
    const before = memory().numTensors;
    const first = await run(1);
    expect(await run(1)).toEqual(first);
    expect((await run(2)).weights).not.toEqual(first.weights);
    expect(memory().numTensors).toBe(before);
  });

  test('learns what the val split asks for', async () => {
    const task = await FinalTraining.prepare({
      dataset: tinyDataset,
      architecture: tinyNetwork,
      options: { ...tinyOptions, iterations: 80 },
      metrics: [accuracy],
    });
    const outcome = await task.run({ loss: crossEntropy, random: Random.fromSeed(1) });
    if (outcome.status !== 'complete') throw new Error(outcome.status);
    expect(outcome.metrics.accuracy?.value).toBeGreaterThan(0.8);
    expect(outcome.metrics.accuracy?.perClass.length).toBe(3);
  });

  test('a loss that cannot be trained with is an outcome', async () => {
    const task = await FinalTraining.prepare({
      dataset: tinyDataset,
      architecture: tinyNetwork,
      options: { ...tinyOptions, learningRate: 1e38 },
      metrics: [accuracy],
    });
    const before = memory().numTensors;
    const outcome = await task.run({ loss: crossEntropy, random: Random.fromSeed(1) });
    expect(outcome).toMatchObject({ status: 'failed' });
    expect(memory().numTensors).toBe(before);
  });

  test('val labels are scored as they are in their files, whatever the training size', async () => {
    const task = await FinalTraining.prepare({ ...inputs, dataset: withWire(tinyDataset, 'val') });
    const outcome = await task.run({ loss: crossEntropy, random: Random.fromSeed(1) });
    if (outcome.status !== 'complete') throw new Error(outcome.status);
    expect(outcome.coverage).toMatchObject({ images: 5, pixels: 5 * 36 * 36, ignored: 0 });
    expect(outcome.coverage.present).toEqual([5 * 36 * 35, 0, 5 * 36]);
    expect(outcome.metrics.accuracy?.perClass[2]).not.toBeNull();
  });

  test('so are the images that learning rates are chosen on; val is not read', async () => {
    const { train } = withWire(tinyDataset, 'train');
    const val: Split = { ids: ['v'], read: () => Promise.reject(new Error('val was read')) };
    const heldOut = { fraction: 0.25, random: Random.fromSeed(1) };
    const task = await FinalTraining.prepareHeldOut({ ...inputs, dataset: { ...tinyDataset, train, val } }, heldOut);
    const outcome = await task.run({ loss: crossEntropy, random: Random.fromSeed(1) });
    if (outcome.status !== 'complete') throw new Error(outcome.status);
    expect(outcome.coverage).toMatchObject({ images: 3, present: [3 * 36 * 35, 0, 3 * 36] });
  });

  test('a class that is lost where training labels are shrunk is known', async () => {
    expect((await FinalTraining.prepare({ ...inputs, dataset: withWire(tinyDataset, 'train') })).lostClasses).toEqual([
      2,
    ]);
    expect((await FinalTraining.prepare({ ...inputs, dataset: tinyDataset })).lostClasses).toEqual([]);
  });

  test('val images that are in train too are known, and none where val is not read', async () => {
    const { train, val } = tinyDataset;
    const twice: Split = {
      ids: [...val.ids, 'again'],
      read: (index) => (index < val.ids.length ? val.read(index) : train.read(2)),
    };
    expect((await FinalTraining.prepare({ ...inputs, dataset: tinyDataset })).shared).toEqual([]);
    expect((await FinalTraining.prepare({ ...inputs, dataset: { ...tinyDataset, val: twice } })).shared).toMatchObject([
      { likeness: 'equal', train: [2], val: [val.ids.length] },
    ]);
    const heldOut = { fraction: 0.25, random: Random.fromSeed(1) };
    expect(
      (await FinalTraining.prepareHeldOut({ ...inputs, dataset: { ...tinyDataset, val: twice } }, heldOut)).shared,
    ).toEqual([]);
  });

  const ignored = ({ ids, read }: Split): Split => ({
    ids,
    read: async (index) => {
      const sample = await read(index);
      return { ...sample, label: new Uint8Array(sample.label.length).fill(IGNORE_LABEL) };
    },
  });

  test.each(['train', 'val'] as const)(
    'labels of %s that are all ignored are an error before any training',
    async (part) => {
      const dataset = { ...tinyDataset, [part]: ignored(tinyDataset[part]) };
      await expect(FinalTraining.prepare({ ...inputs, dataset })).rejects.toMatchObject({
        code: 'ASL_DATA_INVALID',
        message: `all labels are ignored: there is nothing to ${part === 'train' ? 'learn' : 'score'}`,
        details: {
          where: `data set "tiny", ${part === 'train' ? 'training' : 'val'} split`,
          received: part === 'train' ? '12 labels, all 1728 pixels ignored' : '5 labels, all 720 pixels ignored',
        },
      });
    },
  );

  test('so are held-out labels, and those of which nothing is left at the training size', async () => {
    const heldOut = { fraction: 0.25, random: Random.fromSeed(1) };
    const dataset = { ...tinyDataset, train: ignored(tinyDataset.train) };
    await expect(FinalTraining.prepareHeldOut({ ...inputs, dataset }, heldOut)).rejects.toThrow(/nothing to score/);
    const sparse = withWire(tinyDataset, 'train', IGNORE_LABEL);
    await expect(FinalTraining.prepare({ ...inputs, dataset: sparse })).rejects.toMatchObject({
      code: 'ASL_DATA_INVALID',
      details: { where: 'data set "tiny", training labels at 12 × 12 (training.size)' },
    });
  });

  test('asked to pause, it leaves its state, goes on from there and comes to the same', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'asl-final-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const place = { path: join(folder, 'paused.safetensors'), key: 'k' };
    const task = await FinalTraining.prepare({ ...inputs, options: { ...tinyOptions, iterations: 35 } });
    const run = { loss: crossEntropy, random: Random.fromSeed(1) };
    const whole = await task.run(run);
    const pausedWhen = async (is: (seen: { iterations: number; images: number }) => boolean) => {
      const pause = new AbortController();
      const seen = { iterations: 0, images: 0 };
      const look = (key: keyof typeof seen) => () => {
        seen[key] += 1;
        if (is(seen)) pause.abort(new Error('pause'));
      };
      const checkpoint = { ...place, pause: pause.signal };
      const outcome = await task.run({ ...run, checkpoint, onIteration: look('iterations'), onImage: look('images') });
      return { seen, outcome };
    };
    const before = memory().numTensors;
    const first = await pausedWhen(({ iterations }) => iterations === 14);
    expect(first).toMatchObject({ seen: { iterations: 20 }, outcome: { status: 'paused', iteration: 20 } });
    const scoring = await pausedWhen(({ images }) => images === 2);
    expect(scoring).toMatchObject({
      seen: { iterations: 15, images: 2 },
      outcome: { status: 'paused', iteration: 35 },
    });
    const last = await pausedWhen(() => false);
    expect(last.seen).toEqual({ iterations: 0, images: 5 });
    expect({ ...last.outcome, ms: 0 }).toEqual({ ...whole, ms: 0 });
    expect(memory().numTensors).toBe(before);
  });

  describe('on crops', () => {
    const options: FinalTrainingOptions = {
      ...tinyOptions,
      images: 'crops',
      size: [9, 10],
      iterations: 35,
      augment: { scale: [0.5, 2], flip: true, photometric: 0.2, catMaxRatio: 0.75 },
    };

    test('images keep their size, and are scored whole at it', async () => {
      const wide = withWire(tinyDataset, 'val');
      const task = await FinalTraining.prepare({ ...inputs, options, dataset: wide });
      expect(task).toMatchObject({ lostClasses: [], missingClasses: [], smallImages: undefined });
      const seen: number[][] = [];
      const architecture = watched((shape) => seen.push(shape.slice(1, 3)));
      const watchedTask = await FinalTraining.prepare({ ...inputs, architecture, options, dataset: wide });
      const outcome = await watchedTask.run({ loss: crossEntropy, random: Random.fromSeed(1) });
      if (outcome.status !== 'complete') throw new Error(outcome.status);
      expect(outcome).toMatchObject({ unseenClasses: [], coverage: { images: 5, pixels: 5 * 36 * 36 } });
      expect(seen.slice(-5)).toEqual(Array.from({ length: 5 }, () => [36, 36]));
      expect(seen[0]).toEqual([9, 10]);
    });

    test('classes that no image has, that no crop showed, and images that are padded are known', async () => {
      // Classes 0 and 2 in one column of each image.
      const dataset = withWire(tinyDataset, 'train');
      const narrow: FinalTrainingOptions = { ...options, size: [8, 40], iterations: 1, batchSize: 1 };
      const task = await FinalTraining.prepare({ ...inputs, options: narrow, dataset });
      expect(task.missingClasses).toEqual([1]);
      expect(task.smallImages).toEqual({ images: 12, of: 12, smallest: [36, 36] });
      const small = { ...narrow, size: [8, 8] as const, augment: { ...narrow.augment, scale: [1, 1] as const } };
      const unlucky = await FinalTraining.prepare({ ...inputs, options: small, dataset });
      const unseen = new Set<string>();
      for (let seed = 0; seed < 40; seed++) {
        const outcome = await unlucky.run({ loss: crossEntropy, random: Random.fromSeed(seed) });
        if (outcome.status !== 'complete') throw new Error(outcome.status);
        unseen.add(outcome.unseenClasses.join());
      }
      expect([...unseen].sort()).toEqual(['', '2']);
    });

    test('killed and gone on with, it comes to the same bytes, and knows what it has seen', async () => {
      const folder = await mkdtemp(join(tmpdir(), 'asl-crops-'));
      onTestFinished(() => rm(folder, { recursive: true }));
      const checkpoint = { path: join(folder, 'paused.safetensors'), key: 'k', seconds: 0 };
      const task = await FinalTraining.prepare({ ...inputs, options });
      const run = { loss: crossEntropy, random: Random.fromSeed(1) };
      const whole = await task.run(run);
      const stop = new AbortController();
      const onIteration = ({ iteration }: { iteration: number }) => iteration === 21 && stop.abort('killed');
      await expect(task.run({ ...run, checkpoint, onIteration, signal: stop.signal })).rejects.toBe('killed');
      const again = await task.run({ ...run, checkpoint });
      expect({ ...again, ms: 0 }).toEqual({ ...whole, ms: 0 });
    });

    test('far larger than every image are refused', async () => {
      const size = [40, 40] as const;
      await expect(FinalTraining.prepare({ ...inputs, options: { ...options, size } })).rejects.toMatchObject({
        code: 'ASL_CONFIG_INVALID',
        details: { where: 'training.size' },
      });
    });
  });
});

/** The tiny network, which says the shapes of the images that it is given. */
function watched(see: (shape: readonly number[]) => void): Architecture {
  return {
    ...tinyNetwork,
    build: (classes, random) => {
      const network = tinyNetwork.build(classes, random);
      const forward: Network['forward'] = (images, training) => {
        see(images.shape);
        return network.forward(images, training);
      };
      return { ...network, forward };
    },
  };
}

const inputs = { dataset: tinyDataset, architecture: tinyNetwork, options: tinyOptions, metrics: [accuracy] };

/**
 * A split of larger images whose labels are one value but for a column of class 2, which no pixel of 12 × 12 falls on.
 * @param rest the other value.
 */
function withWire(dataset: Dataset, part: 'train' | 'val', rest = 0): Dataset {
  const { ids, read } = dataset[part];
  const side = 36;
  return {
    ...dataset,
    [part]: {
      ids,
      read: async (index: number) => ({
        ...(await read(index)),
        height: side,
        width: side,
        image: new Uint8Array(side * side * 3).fill(90 + index),
        label: Uint8Array.from({ length: side * side }, (_, i) => (i % side === 3 ? 2 : rest)),
      }),
    },
  };
}
