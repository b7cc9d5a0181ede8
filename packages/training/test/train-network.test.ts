import { openEngine } from '@auto-seg-loss/engine';
import { Random } from '@auto-seg-loss/kernel';
import type { Loss, Network } from '@auto-seg-loss/ops';
import { customGrad, fill, memory, mul, type Scalar, scalar, sum, type Tensor, zerosLike } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { BatchSource } from '../src/data/batch-source.ts';
import { SampleStore } from '../src/data/sample-store.ts';
import type { IterationReport } from '../src/network-training.ts';
import { trainNetwork } from '../src/train-network.ts';
import { tinyDataset } from './tiny-dataset.ts';
import { tinyNetwork } from './tiny-network.ts';
import { crossEntropy, tinyOptions } from './tiny-task.ts';

let batches: BatchSource;
beforeAll(async () => {
  await openEngine({ backend: 'wasm' });
  const store = await SampleStore.load(tinyDataset.train, { size: tinyOptions.size, classes: 3 });
  const indices = [...Array(store.count).keys()];
  batches = new BatchSource({ store, indices, batchSize: 3, augment: tinyOptions.augment, random: Random.fromSeed(1) });
});

async function withNetwork<T>(use: (network: Network) => Promise<T>): Promise<T> {
  const before = memory().numTensors;
  const network = tinyNetwork.build(3, Random.fromSeed(1));
  try {
    return await use(network);
  } finally {
    network.dispose();
    expect(memory().numTensors).toBe(before);
  }
}

/** Cross-entropy that is multiplied by `factor`, and its gradient by `slope`, at one iteration. */
function spoiled(iteration: number, factor: number, slope: number): Loss {
  let calls = 0;
  const spoil = customGrad((value, _save) => {
    const bad = calls++ === iteration;
    return {
      value: mul(value as Scalar, bad ? factor : 1),
      gradFunc: (dy: Tensor) => mul(dy, bad ? slope : 1),
    };
  });
  return { name: 'spoiled', value: (logits, labels) => spoil(crossEntropy.value(logits, labels)) as Scalar };
}

describe('trainNetwork', () => {
  test('lowers the loss, and reports every iteration in order with its learning rate', async () => {
    const options = { ...tinyOptions, iterations: 64, power: 2 };
    const reports: IterationReport[] = [];
    const outcome = await withNetwork((network) =>
      trainNetwork({ network, loss: crossEntropy, batches, options, onIteration: (report) => reports.push(report) }),
    );
    if (outcome.status !== 'complete') throw new Error(outcome.status);
    const meanOf = (values: readonly number[]) => values.reduce((total, value) => total + value, 0) / values.length;
    expect(meanOf(outcome.losses.slice(-8))).toBeLessThan(0.7 * meanOf(outcome.losses.slice(0, 8)));
    expect(reports.map(({ iteration }) => iteration)).toEqual([...Array(64).keys()]);
    expect(reports.map(({ loss }) => loss)).toEqual(outcome.losses);
    expect(reports[0]?.learningRate).toBe(0.1);
    expect(reports[16]?.learningRate).toBeCloseTo(0.1 * (48 / 64) ** 2, 12);
  });

  // The last iteration and those around the reading of losses are where a failure could slip through.
  test.each([0, 5, 9, 10, 18, 23])(
    'ends with a reason where the loss is not finite at iteration %i',
    async (iteration) => {
      for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
        const outcome = await withNetwork((network) =>
          trainNetwork({
            network,
            loss: spoiled(iteration, bad, 1),
            batches,
            options: { ...tinyOptions, iterations: 24 },
          }),
        );
        expect(outcome).toEqual({ status: 'failed', reason: 'loss-not-finite', iteration });
      }
    },
  );

  test.each([0, 9, 10, 23])(
    'ends with a reason where the gradient is not finite at iteration %i',
    async (iteration) => {
      for (const bad of [Number.NaN, Number.NEGATIVE_INFINITY]) {
        const outcome = await withNetwork((network) =>
          trainNetwork({
            network,
            loss: spoiled(iteration, 1, bad),
            batches,
            options: { ...tinyOptions, iterations: 24 },
          }),
        );
        expect(outcome).toEqual({ status: 'failed', reason: 'gradient-not-finite', iteration });
      }
    },
  );

  test('ends with a reason where batch norm overflows although loss and gradient are finite', async () => {
    const outcome = await withNetwork((network) => {
      const { forward } = network;
      const overflowing: Network = {
        ...network,
        forward: (images, training) => {
          const variance = network.statistics[1]?.variable;
          const logits = forward(images, training);
          variance?.assign(fill([4], Number.POSITIVE_INFINITY));
          return logits;
        },
      };
      return trainNetwork({ network: overflowing, loss: crossEntropy, batches, options: tinyOptions });
    });
    expect(outcome).toEqual({ status: 'failed', reason: 'statistics-not-finite', iteration: 3 });
  });

  test('a parameter that the loss does not depend on stays as it is, but for its decay', async () => {
    await withNetwork(async (network) => {
      const before = network.parameters.map(({ variable }) => [...variable.dataSync()]);
      const loss: Loss = { name: 'none', value: (logits) => sum(zerosLike(logits)) as Scalar };
      const options = { ...tinyOptions, weightDecay: 0 };
      expect(await trainNetwork({ network, loss, batches, options })).toMatchObject({ status: 'complete' });
      expect(network.parameters.map(({ variable }) => [...variable.dataSync()])).toEqual(before);
    });
  });

  test('stops between iterations when it is aborted', async () => {
    const control = new AbortController();
    const reason = new Error('enough');
    let calls = 0;
    const loss: Loss = {
      name: 'counting',
      value: (logits, labels) => {
        if (++calls === 3) setImmediate(() => control.abort(reason));
        return crossEntropy.value(logits, labels);
      },
    };
    await withNetwork(async (network) => {
      const training = trainNetwork({ network, loss, batches, options: tinyOptions, signal: control.signal });
      await expect(training).rejects.toBe(reason);
    });
    expect(calls).toBe(3);
  });

  test('an error of the loss is an error, and leaves no tensor', async () => {
    const loss: Loss = {
      name: 'broken',
      value: () => {
        scalar(1);
        throw new TypeError('a defect');
      },
    };
    await withNetwork(async (network) => {
      await expect(trainNetwork({ network, loss, batches, options: tinyOptions })).rejects.toThrow('a defect');
    });
  });
});
