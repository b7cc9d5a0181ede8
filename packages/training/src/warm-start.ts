import { createHash } from 'node:crypto';
import { AslError, type Random, type TrainingOptions, trainingContent } from '@auto-seg-loss/kernel';
import type { Architecture, Loss } from '@auto-seg-loss/ops';
import { type Checkpoint, readCheckpoint, saveCheckpoint, takeCheckpoint } from './checkpoint.ts';
import type { TrainingSamples } from './data/training-samples.ts';
import type { IterationReport } from './network-training.ts';
import { trainFromScratch } from './train-from-scratch.ts';
import type { CheckpointPlace } from './train-network.ts';

export interface WarmStartInputs {
  readonly architecture: Architecture;
  readonly classes: number;
  /** What the network is trained with, usually cross-entropy. */
  readonly loss: Loss;
  /** Samples for `options.size`, and which of them to train on. */
  readonly store: TrainingSamples;
  readonly indices: readonly number[];
  readonly options: TrainingOptions;
  readonly random: Random;
  /** The data set's fingerprint. */
  readonly fingerprint: string;
  /** Where the checkpoint is kept; if it is there, nothing is trained. */
  readonly path: string;
  readonly onIteration?: (report: IterationReport) => void;
  readonly signal?: AbortSignal;
}

/**
 * The network that all trials of a search start from: read from its file, or trained and written there. Several processes
 * may do this at once; they write the same bytes.
 * @throws AslError ASL_STATE_CORRUPT for a damaged file; ASL_RUN_CHANGED for one of other data, options or seed;
 * ASL_SEARCH_FAILED if the training ends in values that are not finite.
 */
export async function trainWarmStart(inputs: WarmStartInputs): Promise<Checkpoint> {
  const key = keyOf(inputs);
  const found = await readCheckpoint(inputs.path);
  if (found !== undefined) {
    if (found.metadata.key === key) return found;
    throw new AslError(
      'ASL_RUN_CHANGED',
      'the warm start was trained on other data, with other options or from another seed',
      {
        where: inputs.path,
        expected: key,
        received: found.metadata.key ?? 'no key',
        remedy: 'delete it to have it trained again, or use another run folder',
      },
    );
  }
  // Beside its own place, so that whoever trains it again finds it.
  const checkpoint: CheckpointPlace = { path: `${inputs.path}.training`, key };
  const { network, outcome } = await trainFromScratch({ ...inputs, checkpoint });
  try {
    if (outcome.status === 'failed') {
      throw new AslError('ASL_SEARCH_FAILED', `the warm start cannot be trained: ${outcome.reason}`, {
        where: `proxy.warmStart, iteration ${outcome.iteration}`,
        expected: 'finite values throughout',
        remedy: 'lower proxy.warmStart.learningRate',
      });
    }
    if (outcome.status === 'paused') throw new Error('nobody asked the warm start to pause');
    const checkpoint = takeCheckpoint(network, { key });
    await saveCheckpoint(inputs.path, checkpoint);
    return checkpoint;
  } finally {
    network.dispose();
  }
}

/** A hash of what a warm start follows from, as far as it is known here; a network's options show in its shapes. */
function keyOf({ architecture, classes, loss, indices, options, random, fingerprint }: WarmStartInputs): string {
  const parts = [architecture.name, classes, loss.name, indices, trainingContent(options), random.state(), fingerprint];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
