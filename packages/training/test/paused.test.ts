import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEngine } from '@auto-seg-loss/engine';
import { Random } from '@auto-seg-loss/kernel';
import { memory } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { takeCheckpoint } from '../src/checkpoint.ts';
import { BatchSource } from '../src/data/batch-source.ts';
import { SampleStore } from '../src/data/sample-store.ts';
import { ProxyTask, type TrialOutcome } from '../src/proxy/proxy-task.ts';
import { type CheckpointPlace, trainNetwork } from '../src/train-network.ts';
import { tinyDataset } from './tiny-dataset.ts';
import { tinyNetwork } from './tiny-network.ts';
import { accuracy, crossEntropy, tinyOptions } from './tiny-task.ts';

let root: string;
let folder: string;
let number = 0;
beforeAll(async () => {
  await openEngine({ backend: 'wasm' });
  root = await mkdtemp(join(tmpdir(), 'asl-paused-'));
});
beforeEach(() => {
  folder = join(root, String(number++));
});
afterAll(() => rm(root, { recursive: true }));

const reward = { fraction: 0.25, folds: null, split: 'train' as const };
const options = { ...tinyOptions, iterations: 9, reward, warmStart: null, keptFeatures: null };
const prepare = () =>
  ProxyTask.prepare({
    dataset: tinyDataset,
    architecture: tinyNetwork,
    options,
    metric: accuracy,
    random: Random.fromSeed(4),
  });
const withoutTime = ({ ms: _, ...rest }: TrialOutcome) => rest;

describe('a trial that pauses at rungs', () => {
  test('comes to the same as one that does not, in the same process or another, and leaves nothing', async () => {
    const before = memory().numTensors;
    const [task, other] = [await prepare(), await prepare()];
    const whole = withoutTime(await task.run({ loss: crossEntropy, round: 0 }));
    const state = { path: join(folder, 'trial'), key: 'a' };
    const trial = { loss: crossEntropy, round: 0, state };
    const first = await task.run({ ...trial, until: 0.3 });
    expect(first).toMatchObject({ status: 'paused', iterations: 3, images: 9 });
    expect(await other.run({ ...trial, from: 0.3, until: 0.6 })).toMatchObject({ status: 'paused', images: 15 });
    expect(withoutTime(await task.run({ ...trial, from: 0.6, until: 1 }))).toEqual(whole);
    expect(await readdir(folder)).toEqual([]);
    task.dispose();
    other.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('comes to the same where its state is lost, damaged or of another trial: it begins anew', async () => {
    const task = await prepare();
    const whole = withoutTime(await task.run({ loss: crossEntropy, round: 0 }));
    const state = { path: join(folder, 'trial'), key: 'a' };
    const goOn = { loss: crossEntropy, round: 0, from: 0.6, until: 1, state };
    expect(withoutTime(await task.run(goOn))).toEqual(whole);
    await task.run({ ...goOn, from: 0, until: 0.6 });
    const bytes = await readFile(state.path);
    bytes[bytes.length - 5] = 7;
    await writeFile(state.path, bytes);
    expect(withoutTime(await task.run(goOn))).toEqual(whole);
    await task.run({ ...goOn, round: 1, from: 0, until: 0.6, state: { ...state, key: 'b' } });
    expect(withoutTime(await task.run(goOn))).toEqual(whole);
    // One that is sound is taken: it is another trial's, under this one's name.
    await task.run({ ...goOn, round: 1, from: 0, until: 0.6 });
    expect(withoutTime(await task.run(goOn))).not.toEqual(whole);
    task.dispose();
  });
});

describe('a training with checkpoints', () => {
  const trained = { ...tinyOptions, iterations: 45 };

  /** Trains until `stopAt` iterations, if given, and then gives up. */
  async function train(checkpoint?: CheckpointPlace, stopAt?: number) {
    const store = await SampleStore.load(tinyDataset.train, { size: trained.size, classes: 3 });
    const indices = [...Array(store.count).keys()];
    const random = Random.fromSeed(1);
    const batches = new BatchSource({ store, indices, batchSize: 3, augment: trained.augment, random });
    const network = tinyNetwork.build(3, Random.fromSeed(1));
    const stop = new AbortController();
    const seen: number[] = [];
    try {
      const outcome = await trainNetwork({
        network,
        loss: crossEntropy,
        batches,
        options: trained,
        onIteration: ({ iteration }) => {
          seen.push(iteration);
          if (iteration + 1 === stopAt) stop.abort('enough');
        },
        signal: stop.signal,
        ...(checkpoint === undefined ? {} : { checkpoint }),
      }).catch((reason: unknown) => reason);
      return { outcome, seen, weights: takeCheckpoint(network) };
    } finally {
      network.dispose();
    }
  }

  test('goes on where it was stopped, to the same weights and losses', async () => {
    const whole = await train();
    const checkpoint = { path: join(folder, 'training'), key: 'a', seconds: 0 };
    expect((await train(checkpoint, 30)).outcome).toBe('enough');
    const rest = await train(checkpoint);
    expect(rest.seen).toEqual([...Array(45).keys()].slice(30));
    expect(rest.outcome).toEqual(whole.outcome);
    expect(rest.weights).toEqual(whole.weights);
    expect(await readdir(folder)).toEqual([]);
  });

  test('goes on from the checkpoint before where the latest is damaged or missing, and begins anew without any', async () => {
    const whole = await train();
    const checkpoint = { path: join(folder, 'training'), key: 'a', seconds: 0 };
    const first = async (spoil: () => Promise<void>) => {
      await train(checkpoint, 30);
      await spoil();
      const { outcome, seen } = await train(checkpoint);
      expect(outcome).toEqual(whole.outcome);
      return seen[0];
    };
    const { path } = checkpoint;
    expect(await first(() => writeFile(path, 'damaged'))).toBe(20);
    expect(await first(() => rm(path))).toBe(20);
    expect(
      await first(async () => {
        await writeFile(path, 'damaged');
        await writeFile(`${path}.previous`, '');
      }),
    ).toBe(0);
    expect(await first(async () => {})).toBe(30);
    await train(checkpoint, 30);
    expect((await train({ ...checkpoint, key: 'b' })).seen[0]).toBe(0);
  });
});
