import { openEngine } from '@auto-seg-loss/engine';
import { Random } from '@auto-seg-loss/kernel';
import { memory } from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, test } from 'vitest';
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
      if (outcome.status !== 'complete') throw new Error(outcome.reason);
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
    if (outcome.status !== 'complete') throw new Error(outcome.reason);
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
});
