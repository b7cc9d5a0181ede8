import { setImmediate } from 'node:timers/promises';
import type { Network } from '@auto-seg-loss/ops';
import { tidy } from '@tensorflow/tfjs-core';
import { type Batches, trainingLogitsOf } from './batch.ts';
import type { WeightAverage } from './weight-average.ts';

/** Batches by which batch norm's moving averages come to those of the averaged weights. */
const SETTLING = 10;

/** The first iteration after which weights are averaged. @param share of the iterations, the last ones, in (0, 1]. */
export function averagedFrom(share: number, iterations: number): number {
  return iterations - Math.max(1, Math.round(share * iterations));
}

/** How many batches `settle` takes. @param count of networks that were averaged. */
export function settlingBatches(count: number): number {
  return count > 1 ? SETTLING : 0;
}

/**
 * Sets a network to the mean of its weights over the last iterations, and brings batch norm's moving averages up to it: what was
 * averaged is of the weights that each iteration had, whose activations have other statistics than those of the mean. The network
 * sees the last training batches once more, as in training, and nothing but those averages changes.
 * @param iterations of the training. @throws what `signal` was aborted with, between two batches.
 */
export async function settle(
  network: Network,
  average: WeightAverage,
  batches: Batches,
  iterations: number,
  signal?: AbortSignal,
): Promise<void> {
  average.apply();
  for (let iteration = Math.max(0, iterations - settlingBatches(average.count)); iteration < iterations; iteration++) {
    await setImmediate();
    signal?.throwIfAborted();
    const batch = await batches.batch(iteration, iterations);
    tidy(() => {
      trainingLogitsOf(network, batch);
    });
  }
}
