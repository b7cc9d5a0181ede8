import { openEngine } from '@auto-seg-loss/engine';
import { Random } from '@auto-seg-loss/kernel';
import type { Loss } from '@auto-seg-loss/ops';
import { add, cast, memory, mod, mul, type Scalar, type Tensor3D, type Tensor4D } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { BatchSource } from '../src/data/batch-source.ts';
import { SampleStore } from '../src/data/sample-store.ts';
import { LossDescent, type ParametricLoss } from '../src/descent.ts';
import { UnitCubeAdam } from '../src/unit-cube-adam.ts';
import { tinyDataset } from './tiny-dataset.ts';
import { tinyNetwork } from './tiny-network.ts';
import { crossEntropy, tinyOptions } from './tiny-task.ts';

let store: SampleStore;
beforeAll(async () => {
  await openEngine({ backend: 'wasm' });
  store = await SampleStore.load(tinyDataset.train, { size: tinyOptions.size, classes: 3 });
});

/** Cross-entropy with every label replaced by the next class: what it teaches is wrong. */
const wrong: Loss = {
  name: 'wrong',
  value: (logits, labels) => crossEntropy.value(logits, cast<Tensor3D>(mod(add(labels, 1), 3), 'int32')),
};

/** θ₀ parts of what is right and 1 - θ₀ of what is wrong; θ₁ only makes all of it larger. */
const mixed: ParametricLoss = {
  at: async ([right = 0, scale = 0]) => ({
    loss: {
      name: 'mixed',
      value: (logits, labels) => {
        const parts = add(mul(crossEntropy.value(logits, labels), right), mul(wrong.value(logits, labels), 1 - right));
        return mul(parts, 0.5 + scale) as Scalar;
      },
    },
    gradient: (logits, labels) => {
      const numberOf = (loss: Loss): number => {
        const value = loss.value(logits as Tensor4D, labels);
        const [number] = value.dataSync();
        value.dispose();
        return number as number;
      };
      const [good, bad] = [numberOf(crossEntropy), numberOf(wrong)];
      return [(good - bad) * (0.5 + scale), right * good + (1 - right) * bad];
    },
  }),
};

const options = { ...tinyOptions, iterations: 40 };

async function descend(objective: Loss, seed = 1) {
  const indices = [...Array(store.count).keys()];
  const source = (name: string, all: readonly number[]) => {
    const random = Random.fromSeed(seed).split(name);
    return new BatchSource({ store, indices: all, batchSize: 3, augment: options.augment, random });
  };
  const before = memory().numTensors;
  const network = tinyNetwork.build(3, Random.fromSeed(1));
  const descent = new LossDescent({
    network,
    batches: source('batches', indices.slice(2)),
    heldOut: source('held out', indices.slice(0, 2)),
    options,
    parametric: mixed,
    objective,
    descent: { every: 2, learningRate: 0.3 },
    theta: [0.5, 0.5],
  });
  const outcome = await descent.run(options.iterations);
  const { theta, images } = descent;
  descent.dispose();
  network.dispose();
  expect(memory().numTensors).toBe(before);
  return { outcome, theta, images };
}

describe('LossDescent', () => {
  test('learns which loss makes the network better on held-out images, whichever that is', async () => {
    const right = await descend(crossEntropy);
    expect(right.outcome.status).toBe('complete');
    expect(right.theta[0]).toBeGreaterThan(0.9);
    expect((await descend(wrong)).theta[0]).toBeLessThan(0.1);
  });

  test('does not think a loss better for being larger', async () => {
    // Along θ₁ the gradient of the network keeps its direction: nothing is left but rounding, which Adam makes a walk of.
    const ends: number[] = [];
    for (const seed of [1, 2, 3, 4]) ends.push((await descend(crossEntropy, seed)).theta[1] as number);
    expect(ends.every((end) => end > 0.9)).toBe(false);
  });

  test('is the same again, and counts the images of its own passes too', async () => {
    const first = await descend(crossEntropy);
    expect(first.images).toBe(3 * (40 + 4 * 20));
    expect(await descend(crossEntropy)).toEqual(first);
  });

  test('ends with a reason where the objective is not finite', async () => {
    const bad: Loss = { name: 'bad', value: (logits, labels) => mul(crossEntropy.value(logits, labels), Number.NaN) };
    expect((await descend(bad)).outcome).toEqual({ status: 'failed', reason: 'gradient-not-finite', iteration: 0 });
  });
});

describe('UnitCubeAdam', () => {
  test('stays inside of the cube, and goes against the slope', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(-1, 1)), {
          minLength: 1,
          maxLength: 5,
        }),
        fc.double({ min: 1e-3, max: 1, noNaN: true }),
        (axes, learningRate) => {
          const adam = new UnitCubeAdam(
            axes.map(([start]) => start),
            learningRate,
          );
          const before = adam.theta;
          for (let step = 0; step < 20; step++) adam.step(axes.map(([, sign]) => sign));
          for (const [axis, value] of adam.theta.entries()) {
            expect(value).toBeGreaterThan(0);
            expect(value).toBeLessThan(1);
            expect(Math.sign(value - (before[axis] as number))).toBe(-(axes[axis]?.[1] as number));
          }
        },
      ),
    );
  });
});
