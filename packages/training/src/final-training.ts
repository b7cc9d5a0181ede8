import type { Architecture, Loss } from '@auto-seg-loss/engine';
import type { ExactScore } from '@auto-seg-loss/formula';
import type { Dataset, Metric, Random, TrainingOptions } from '@auto-seg-loss/kernel';
import { type Checkpoint, takeCheckpoint } from './checkpoint.ts';
import { evaluationBatches } from './data/evaluation-batches.ts';
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
      /** On the val split. */
      readonly metrics: Readonly<Record<string, ExactScore>>;
      readonly losses: readonly number[];
      readonly weights: Checkpoint;
    }
  | { readonly status: 'failed'; readonly reason: FailureReason; readonly iteration: number }
);

/** Trains networks from fresh weights on the whole training split, and scores them on the val split. */
export class FinalTraining {
  readonly #inputs: FinalTrainingInputs;
  readonly #train: SampleStore;
  readonly #val: SampleStore;

  private constructor(inputs: FinalTrainingInputs, train: SampleStore, val: SampleStore) {
    this.#inputs = inputs;
    this.#train = train;
    this.#val = val;
  }

  /** Reads both splits. @throws AslError for data that cannot be read. */
  static async prepare(inputs: FinalTrainingInputs): Promise<FinalTraining> {
    const load = { size: inputs.options.size, classes: inputs.dataset.classes.length };
    const train = await SampleStore.load(inputs.dataset.train, load);
    return new FinalTraining(inputs, train, await SampleStore.load(inputs.dataset.val, load));
  }

  /**
   * One training and its report. Runs of equal streams have the same weights at the start and the same batches.
   * @throws what `signal` was aborted with.
   */
  async run(run: {
    readonly loss: Loss;
    readonly random: Random;
    readonly onIteration?: (report: IterationReport) => void;
    readonly signal?: AbortSignal;
    readonly checkpoint?: CheckpointPlace;
  }): Promise<FinalOutcome> {
    const started = performance.now();
    const { architecture, dataset, options, metrics } = this.#inputs;
    const classes = dataset.classes.length;
    const indices = Array.from({ length: this.#train.count }, (_, index) => index);
    const { network, outcome } = await trainFromScratch({
      ...run,
      architecture,
      classes,
      store: this.#train,
      indices,
      options,
    });
    try {
      if (outcome.status === 'failed') return { ...outcome, ms: performance.now() - started };
      const batches = evaluationBatches(this.#val, options.batchSize);
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
