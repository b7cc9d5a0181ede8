import { setImmediate } from 'node:timers/promises';
import { gradients, type Loss, type Network } from '@auto-seg-loss/engine';
import type { TrainingOptions } from '@auto-seg-loss/kernel';
import { dispose, type Scalar, stack, tidy, zerosLike } from '@tensorflow/tfjs-core';
import { type Batch, uploadImages, uploadLabels } from './batch.ts';
import { MomentumSgd } from './momentum-sgd.ts';
import { polyLearningRate } from './schedule.ts';

/** What of a training was not finite. */
export type FailureReason = 'loss-not-finite' | 'gradient-not-finite' | 'statistics-not-finite' | 'logits-not-finite';

/** A training that could not go on. The network is of no use any more. */
export interface TrainingFailure {
  readonly status: 'failed';
  readonly reason: FailureReason;
  /** The first iteration that was not finite, from 0. */
  readonly iteration: number;
}

/** What happened in one iteration. */
export interface IterationReport {
  /** From 0. */
  readonly iteration: number;
  /** The loss before the iteration's step. */
  readonly loss: number;
  readonly learningRate: number;
}

export type TrainingOutcome = { readonly status: 'complete'; readonly losses: readonly number[] } | TrainingFailure;

/** How many iterations run before their losses are read from the device, which waits for it. */
const READ_EVERY = 10;

/**
 * Trains a network in place: SGD with momentum and the poly schedule.
 *
 * A loss or gradient that is not finite ends the training with a reason; it is no exception, since a searched loss may
 * well be so bad. It is noticed up to 10 iterations late, but never after `trainNetwork` has returned.
 * @param inputs.onIteration called for every iteration in order, some iterations late.
 * @throws what `signal` was aborted with, between two iterations.
 */
export async function trainNetwork(inputs: {
  readonly network: Network;
  readonly loss: Loss;
  readonly batches: { batch(iteration: number): Batch };
  readonly options: TrainingOptions;
  readonly onIteration?: (report: IterationReport) => void;
  readonly signal?: AbortSignal;
}): Promise<TrainingOutcome> {
  const { network, loss, batches, options, signal } = inputs;
  const variables = network.parameters.map(({ variable }) => variable);
  const optimizer = new MomentumSgd(network.parameters, options);
  const losses: number[] = [];
  /** Loss and sum of weights of the iterations not read yet. */
  let unread: Scalar[] = [];
  try {
    for (let iteration = 0; iteration < options.iterations; iteration++) {
      // Signals arrive between tasks of the event loop only.
      await setImmediate();
      signal?.throwIfAborted();
      const batch = batches.batch(iteration);
      const learningRate = polyLearningRate(options, iteration);
      unread.push(
        ...tidy(() => {
          const images = uploadImages(batch);
          const labels = uploadLabels(batch);
          const { value, grads } = gradients(() => loss.value(network.forward(images, true), labels), variables);
          return [
            value,
            optimizer.step(
              variables.map((one) => grads[one.name] ?? zerosLike(one)),
              learningRate,
            ),
          ];
        }),
      );
      if (unread.length < 2 * READ_EVERY && iteration + 1 < options.iterations) continue;
      const values = tidy(() => stack(unread).dataSync());
      dispose(unread);
      unread = [];
      for (let index = 0; index < values.length; index += 2) {
        const at = losses.length;
        const value = values[index] as number;
        if (!Number.isFinite(value)) return { status: 'failed', reason: 'loss-not-finite', iteration: at };
        if (!Number.isFinite(values[index + 1]))
          return { status: 'failed', reason: 'gradient-not-finite', iteration: at };
        losses.push(value);
        inputs.onIteration?.({ iteration: at, loss: value, learningRate: polyLearningRate(options, at) });
      }
    }
    if (!statisticsFinite(network)) {
      return { status: 'failed', reason: 'statistics-not-finite', iteration: options.iterations - 1 };
    }
    return { status: 'complete', losses };
  } finally {
    dispose(unread);
    optimizer.dispose();
  }
}

/** Activations can overflow while loss and gradient stay finite; batch norm's moving averages then show it. */
function statisticsFinite(network: Network): boolean {
  return network.statistics.every(({ variable }) => variable.dataSync().every(Number.isFinite));
}
