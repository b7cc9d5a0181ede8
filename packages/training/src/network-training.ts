import { setImmediate } from 'node:timers/promises';
import { IGNORE_LABEL, learningRateAt, type TrainingOptions } from '@auto-seg-loss/kernel';
import { gradients, type Loss, type Network, tidyValue, weightedLoss } from '@auto-seg-loss/ops';
import { dispose, type Scalar, stack, tidy, zerosLike } from '@tensorflow/tfjs-core';
import { type Batches, type NetworkBatch, trainingLogitsOf, uploadLabels } from './batch.ts';
import { MomentumSgd } from './momentum-sgd.ts';

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

/** A training that came to where it was to be trained to. */
export interface CompleteTraining {
  readonly status: 'complete';
  /** Of every iteration. */
  readonly losses: readonly number[];
}

export type TrainingOutcome = CompleteTraining | TrainingFailure;

export interface NetworkTrainingInputs {
  /** Trained in place; the caller's. */
  readonly network: Network;
  /** Asked for in every iteration: it may change on the way. */
  readonly loss: Loss;
  readonly batches: Batches;
  readonly options: TrainingOptions;
}

/** How many iterations run before their losses are read from the device, which waits for it. */
const READ_EVERY = 10;

/**
 * A training of a network, SGD with momentum and the poly schedule, that can pause between two iterations: what it comes to is
 * the same, however often it pauses.
 */
export class NetworkTraining {
  readonly optimizer: MomentumSgd;
  /** The classes that batches have shown so far. */
  readonly seen: Set<number> = new Set();
  readonly #inputs: NetworkTrainingInputs;
  #iteration: number;

  /** @param iteration where it goes on; the network and `optimizer` are then set to what they were there. */
  constructor(inputs: NetworkTrainingInputs, iteration: number = 0) {
    this.#inputs = inputs;
    this.#iteration = iteration;
    this.optimizer = new MomentumSgd(inputs.network.parameters, inputs.options);
  }

  /** Iterations done. */
  get iteration(): number {
    return this.#iteration;
  }

  /**
   * Trains until `until` iterations are done.
   *
   * A loss or gradient that is not finite ends the training with a reason; it is no exception, since a searched loss may
   * well be so bad. It is noticed up to 10 iterations late, but never after this has returned.
   * @param watch.onIteration called for every iteration in order, some iterations late.
   * @throws what `watch.signal` was aborted with, between two iterations.
   */
  async run(
    until: number,
    watch: { readonly onIteration?: (report: IterationReport) => void; readonly signal?: AbortSignal } = {},
  ): Promise<TrainingOutcome> {
    const { network, options } = this.#inputs;
    const losses: number[] = [];
    const first = this.#iteration;
    /** Loss and sum of weights of the iterations not read yet. */
    let unread: Scalar[] = [];
    try {
      while (this.#iteration < until) {
        // Signals arrive between tasks of the event loop only.
        await setImmediate();
        watch.signal?.throwIfAborted();
        const batch = await this.#inputs.batches.batch(this.#iteration, options.iterations);
        unread.push(...this.#step(batch));
        if (unread.length < 2 * READ_EVERY && this.#iteration < until) continue;
        const values = tidyValue(() => stack(unread).dataSync());
        dispose(unread);
        unread = [];
        for (let index = 0; index < values.length; index += 2) {
          const at = first + losses.length;
          const value = values[index] as number;
          if (!Number.isFinite(value)) return { status: 'failed', reason: 'loss-not-finite', iteration: at };
          if (!Number.isFinite(values[index + 1]))
            return { status: 'failed', reason: 'gradient-not-finite', iteration: at };
          losses.push(value);
          watch.onIteration?.({ iteration: at, loss: value, learningRate: learningRateAt(options, at) });
        }
      }
      if (!statisticsFinite(network))
        return { status: 'failed', reason: 'statistics-not-finite', iteration: until - 1 };
      return { status: 'complete', losses };
    } finally {
      dispose(unread);
    }
  }

  /** One iteration. @returns its loss, and the sum of the weights after it. */
  #step(batch: NetworkBatch): [Scalar, Scalar] {
    const { network, loss, options } = this.#inputs;
    addClasses(this.seen, batch);
    const variables = network.parameters.map(({ variable }) => variable);
    const learningRate = learningRateAt(options, this.#iteration);
    this.#iteration += 1;
    return tidy(() => {
      const labels = uploadLabels(batch);
      const objective = (): Scalar =>
        weightedLoss(trainingLogitsOf(network, batch), (logits) => loss.value(logits, labels));
      const { value, grads } = gradients(objective, variables);
      const each = variables.map((one) => grads[one.name] ?? zerosLike(one));
      return [value, this.optimizer.step(each, learningRate)];
    });
  }

  dispose(): void {
    this.optimizer.dispose();
  }
}

function addClasses(seen: Set<number>, { labels }: NetworkBatch): void {
  const found = new Uint8Array(IGNORE_LABEL + 1);
  for (const label of labels) found[label] = 1;
  for (const [value, is] of found.entries()) if (is === 1 && value !== IGNORE_LABEL) seen.add(value);
}

/** Activations can overflow while loss and gradient stay finite; batch norm's moving averages then show it. */
function statisticsFinite(network: Network): boolean {
  return network.statistics.every(({ variable }) => variable.dataSync().every(Number.isFinite));
}
