import type { Architecture, Loss } from '@auto-seg-loss/engine';
import type { ExactScore } from '@auto-seg-loss/formula';
import type { Dataset, Metric, Random, TrainingOptions } from '@auto-seg-loss/kernel';
import { type Checkpoint, takeCheckpoint } from './checkpoint.ts';
import { evaluationBatches } from './data/evaluation-batches.ts';
import { partition } from './data/partition.ts';
import { SampleStore } from './data/sample-store.ts';
import { evaluateNetwork } from './evaluate-network.ts';
import type { FailureReason, IterationReport } from './network-training.ts';
import { trainFromScratch } from './train-from-scratch.ts';
import type { CheckpointPlace } from './train-network.ts';

export interface FinalTrainingInputs {
  readonly dataset: Dataset;
  readonly architecture: Architecture;
  readonly options: TrainingOptions;
  readonly metrics: readonly Metric[];
}

export type FinalOutcome = { readonly ms: number } & (
  | {
      readonly status: 'complete';
      readonly metrics: Readonly<Record<string, ExactScore>>;
      readonly losses: readonly number[];
      readonly weights: Checkpoint;
    }
  | { readonly status: 'failed'; readonly reason: FailureReason; readonly iteration: number }
);

/** Images of a store. */
interface Images {
  readonly store: SampleStore;
  readonly indices: readonly number[];
}

/** Trains networks from fresh weights, and scores them on images that they did not see. */
export class FinalTraining {
  readonly #inputs: FinalTrainingInputs;
  readonly #train: Images;
  readonly #score: Images;

  private constructor(inputs: FinalTrainingInputs, train: Images, score: Images) {
    this.#inputs = inputs;
    this.#train = train;
    this.#score = score;
  }

  /** On the whole training split, scored on val. Reads both. @throws AslError for data that cannot be read. */
  static async prepare(inputs: FinalTrainingInputs): Promise<FinalTraining> {
    const load = { size: inputs.options.size, classes: inputs.dataset.classes.length };
    const [train, val] = [
      await SampleStore.load(inputs.dataset.train, load),
      await SampleStore.load(inputs.dataset.val, load),
    ];
    return new FinalTraining(inputs, { store: train, indices: allOf(train) }, { store: val, indices: allOf(val) });
  }

  /**
   * On a part of the training split, scored on the rest of it: for choices that val must have no part in. Val is not read.
   * @param heldOut as `partition` takes it. @throws AslError for data that cannot be read or divided.
   */
  static async prepareHeldOut(
    inputs: FinalTrainingInputs,
    heldOut: { readonly fraction: number; readonly random: Random },
  ): Promise<FinalTraining> {
    const { dataset, options } = inputs;
    const store = await SampleStore.load(dataset.train, { size: options.size, classes: dataset.classes.length });
    const parts = partition(dataset.train, heldOut);
    return new FinalTraining(inputs, { store, indices: parts.train }, { store, indices: parts.reward });
  }

  /**
   * One training and its report. Runs of equal streams have the same weights at the start and the same batches.
   * @param run.learningRate in place of the options'.
   * @throws what `signal` was aborted with.
   */
  async run(run: {
    readonly loss: Loss;
    readonly random: Random;
    readonly learningRate?: number;
    readonly onIteration?: (report: IterationReport) => void;
    readonly signal?: AbortSignal;
    readonly checkpoint?: CheckpointPlace;
  }): Promise<FinalOutcome> {
    const started = performance.now();
    const { architecture, dataset, metrics } = this.#inputs;
    const { learningRate = this.#inputs.options.learningRate, ...rest } = run;
    const options = { ...this.#inputs.options, learningRate };
    const classes = dataset.classes.length;
    const { network, outcome } = await trainFromScratch({ ...rest, ...this.#train, architecture, classes, options });
    try {
      if (outcome.status === 'failed') return { ...outcome, ms: performance.now() - started };
      const batches = evaluationBatches(this.#score.store, options.batchSize, this.#score.indices);
      const signal = run.signal === undefined ? {} : { signal: run.signal };
      const evaluation = await evaluateNetwork({ ...signal, network, batches, metrics, classes });
      const ms = performance.now() - started;
      if (evaluation.status === 'failed') return { ...evaluation, iteration: options.iterations, ms };
      return { ...evaluation, losses: outcome.losses, weights: takeCheckpoint(network), ms };
    } finally {
      network.dispose();
    }
  }
}

function allOf({ count }: SampleStore): readonly number[] {
  return Array.from({ length: count }, (_, index) => index);
}
