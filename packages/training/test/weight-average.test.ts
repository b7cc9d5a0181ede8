import { openEngine } from '@auto-seg-loss/engine';
import { Random } from '@auto-seg-loss/kernel';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { averagedFrom, settle } from '../src/averaged-network.ts';
import { takeCheckpoint } from '../src/checkpoint.ts';
import { BatchSource } from '../src/data/batch-source.ts';
import { SampleStore } from '../src/data/sample-store.ts';
import { NetworkTraining } from '../src/network-training.ts';
import { WeightAverage } from '../src/weight-average.ts';
import { tinyDataset } from './tiny-dataset.ts';
import { tinyNetwork } from './tiny-network.ts';
import { crossEntropy, tinyOptions } from './tiny-task.ts';

beforeAll(async () => {
  await openEngine({ backend: 'wasm' });
});

const options = { ...tinyOptions, iterations: 8 };

async function setUp(average: (network: ReturnType<typeof tinyNetwork.build>) => WeightAverage | undefined) {
  const network = tinyNetwork.build(tinyDataset.classes.length, Random.fromSeed(3));
  const store = await SampleStore.load(tinyDataset.train, { ...options, classes: tinyDataset.classes.length });
  const indices = [0, 1, 2, 3];
  const batches = new BatchSource({ ...options, store, indices, random: Random.fromSeed(4) });
  const mean = average(network);
  const averageFrom = averagedFrom(0.4, options.iterations);
  const training = new NetworkTraining({ network, loss: crossEntropy, batches, options, average: mean, averageFrom });
  return { network, batches, mean, training };
}

/** Each variable after each of the last iterations, by name. */
async function weightsByHand(): Promise<ReadonlyMap<string, readonly Float32Array[]>> {
  const { network, training } = await setUp(() => undefined);
  const all = new Map<string, Float32Array[]>();
  for (let iteration = 1; iteration <= options.iterations; iteration++) {
    await training.run(iteration);
    if (iteration <= 5) continue;
    for (const [name, { data }] of takeCheckpoint(network).tensors) all.set(name, [...(all.get(name) ?? []), data]);
  }
  training.dispose();
  network.dispose();
  return all;
}

describe('averaging of weights', () => {
  test('is the mean of those after each of the last iterations, as worked out by hand', async () => {
    const byHand = await weightsByHand();
    const before = memory().numTensors;
    const { network, mean, training } = await setUp((one) => new WeightAverage(one));
    await training.run(options.iterations);
    expect(mean?.count).toBe(3);
    const last = takeCheckpoint(network);
    mean?.apply();
    const { tensors } = takeCheckpoint(network);
    for (const [name, values] of byHand) {
      expect(values).toHaveLength(3);
      const found = tensors.get(name)?.data ?? [];
      expect(found.length).toBe(values[0]?.length);
      for (const [place, value] of found.entries()) {
        const sum = values.reduce((total, each) => total + (each[place] as number), 0);
        expect(value).toBeCloseTo(sum / 3, 5);
      }
    }
    expect([...tensors.keys()].some((name) => `${tensors.get(name)?.data}` !== `${last.tensors.get(name)?.data}`)).toBe(
      true,
    );
    training.dispose();
    mean?.dispose();
    network.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('brings the moving averages of batch norm up to the averaged weights, and changes no weight by it', async () => {
    const { network, batches, mean, training } = await setUp((one) => new WeightAverage(one));
    await training.run(options.iterations);
    if (mean === undefined) throw new Error('there is a mean');
    mean.apply();
    const before = takeCheckpoint(network).tensors;
    await settle(network, mean, batches, options.iterations);
    const after = takeCheckpoint(network).tensors;
    const text = (all: typeof before, { name }: { readonly name: string }) => String(all.get(name)?.data);
    for (const each of network.parameters) expect(text(after, each)).toBe(text(before, each));
    for (const each of network.statistics) expect(text(after, each)).not.toBe(text(before, each));
    training.dispose();
    mean.dispose();
    network.dispose();
  });

  test.each([
    [0.25, 60, 45],
    [1, 60, 0],
    [0.001, 60, 59],
  ])('of a share of %d takes the last iterations, and at least one', (share, iterations, from) => {
    expect(averagedFrom(share, iterations)).toBe(from);
  });
});
