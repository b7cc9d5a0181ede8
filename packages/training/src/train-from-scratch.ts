import type { Random, TrainingOptions } from '@auto-seg-loss/kernel';
import type { Architecture, Loss, Network } from '@auto-seg-loss/ops';
import { BatchSource } from './data/batch-source.ts';
import type { TrainingSamples } from './data/training-samples.ts';
import type { IterationReport, TrainingFailure } from './network-training.ts';
import { type CheckpointPlace, type EndedTraining, type PausedTraining, trainNetwork } from './train-network.ts';

/**
 * Builds a network and trains it. Weights and batches come from two streams of `random`, which is not advanced.
 * @param inputs.store samples for `options.size`. @param inputs.indices those to train on.
 * @returns the network, which the caller disposes, with what came of its training.
 */
export async function trainFromScratch(inputs: {
  readonly architecture: Architecture;
  readonly classes: number;
  readonly loss: Loss;
  readonly store: TrainingSamples;
  readonly indices: readonly number[];
  readonly options: TrainingOptions;
  readonly random: Random;
  readonly onIteration?: (report: IterationReport) => void;
  readonly signal?: AbortSignal;
  readonly checkpoint?: CheckpointPlace;
}): Promise<{ readonly network: Network; readonly outcome: EndedTraining | TrainingFailure | PausedTraining }> {
  const { architecture, classes, store, indices, options, random, ...rest } = inputs;
  const { batchSize, augment } = options;
  // Each batch is seen once: nothing to gain by keeping it.
  const batches = new BatchSource({
    store,
    indices,
    batchSize,
    augment,
    random: random.split('batches'),
    cacheBytes: 0,
    normalization: architecture.normalization,
  });
  const network = architecture.build(classes, random.split('weights'));
  try {
    return { network, outcome: await trainNetwork({ ...rest, network, batches, options }) };
  } catch (error) {
    network.dispose();
    throw error;
  }
}
