import { openEngine } from '@auto-seg-loss/engine';
import type { Network } from '@auto-seg-loss/ops';
import { memory, mul } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Batch } from '../src/batch.ts';
import { evaluateNetwork } from '../src/evaluate-network.ts';
import { accuracy } from './tiny-task.ts';

beforeAll(async () => {
  await openEngine({ backend: 'wasm' });
});

/** Its logits are the image's channels, so the brightest channel is the predicted class. */
const brightest: Network = {
  parameters: [],
  statistics: [],
  forward: (images, training) => {
    expect(training).toBe(false);
    return mul(images, 1);
  },
  dispose: () => undefined,
};

/** A batch of images of 1 row, with a predicted class and a label for each pixel. */
function batchOf(...images: readonly (readonly (readonly [predicted: number, label: number])[])[]): Batch {
  const pixels = images.flat();
  return {
    shape: [images.length, 1, pixels.length / images.length],
    images: Float32Array.from(
      pixels.flatMap(([predicted]) => [0, 1, 2].map((channel) => (channel === predicted ? 1 : -1))),
    ),
    labels: Int32Array.from(pixels, ([, label]) => label),
  };
}

describe('evaluateNetwork', () => {
  test('adds up over images and batches of different sizes, and leaves ignored pixels out', async () => {
    const before = memory().numTensors;
    const batches = [
      batchOf(
        [
          [0, 0],
          [1, 0],
          [1, 255],
        ],
        [
          [2, 0],
          [0, 1],
          [2, 255],
        ],
      ),
      batchOf([
        [0, 0],
        [1, 1],
        [1, 1],
      ]),
    ];
    const outcome = await evaluateNetwork({ network: brightest, batches, metrics: [accuracy], classes: 3 });
    if (outcome.status !== 'complete') throw new Error(outcome.reason);
    expect(outcome.metrics.accuracy?.perClass).toEqual([2 / 4, 2 / 3, null]);
    expect(outcome.metrics.accuracy?.value).toBeCloseTo((2 / 4 + 2 / 3) / 2, 12);
    expect(memory().numTensors).toBe(before);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('a logit of %s is no prediction', async (bad) => {
    const batch = batchOf(
      [
        [0, 0],
        [1, 1],
      ],
      [
        [2, 2],
        [0, 0],
      ],
    );
    batch.images[7] = bad;
    const outcome = await evaluateNetwork({ network: brightest, batches: [batch], metrics: [accuracy], classes: 3 });
    expect(outcome).toEqual({ status: 'failed', reason: 'logits-not-finite' });
  });

  test('gives up when it is aborted', async () => {
    const reason = new Error('enough');
    const evaluation = evaluateNetwork({
      network: brightest,
      batches: [batchOf([[0, 0]])],
      metrics: [accuracy],
      classes: 3,
      signal: AbortSignal.abort(reason),
    });
    await expect(evaluation).rejects.toBe(reason);
  });
});
