import type { Architecture, Loss, Network } from '@auto-seg-loss/engine';
import type { ExactScore } from '@auto-seg-loss/formula';
import { AslError, type Dataset, type Metric, type Random } from '@auto-seg-loss/kernel';
import { keep, type Tensor3D, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { uploadImages, uploadLabels } from './batch.ts';
import { type CandidateProblem, checkCandidate } from './check-candidate.ts';
import { type Checkpoint, loadCheckpoint } from './checkpoint.ts';
import { BatchSource } from './data/batch-source.ts';
import { evaluationBatches } from './data/evaluation-batches.ts';
import { type Partition, partition } from './data/partition.ts';
import { SampleStore } from './data/sample-store.ts';
import { evaluateNetwork } from './evaluate-network.ts';
import type { ProxyOptions } from './proxy-options.ts';
import { type FailureReason, type IterationReport, trainNetwork } from './train-network.ts';
import { trainWarmStart } from './warm-start.ts';

export interface ProxyInputs {
  /** Its val split is not touched. */
  readonly dataset: Dataset;
  readonly architecture: Architecture;
  readonly options: ProxyOptions;
  /** The metric that is the reward. */
  readonly metric: Metric;
  /** Further ones to report. */
  readonly reportMetrics?: readonly Metric[];
  /** The search's stream for its proxy task; it is not advanced. */
  readonly random: Random;
  /** The warm start's loss, and its file; not needed where `options.warmStart` is null. */
  readonly warmStart?: { readonly loss: Loss; readonly path: string };
  /** Of the warm start, if it has to be trained. */
  readonly onIteration?: (report: IterationReport) => void;
  readonly signal?: AbortSignal;
}

export interface Trial {
  readonly loss: Loss;
  /** Trials of a round see the same batches, and start from the same weights. */
  readonly round: number;
  /** For other batches in the same round, to see how much a reward owes to them. */
  readonly seedLabel?: string;
  readonly onIteration?: (report: IterationReport) => void;
  readonly signal?: AbortSignal;
}

/** What came of a trial; a failed one has the reward 0. */
export type TrialOutcome = { readonly reward: number; readonly iterations: number; readonly ms: number } & (
  | { readonly status: 'complete'; readonly metrics: Readonly<Record<string, ExactScore>> }
  | { readonly status: 'failed'; readonly reason: FailureReason | `check-${CandidateProblem['reason']}` }
);

/**
 * The proxy task of a search: a short training of a small network on a part of the training images, scored by the exact
 * metric on the rest of them. What all trials share is read and trained once, in `prepare`; a trial leaves nothing behind.
 */
export class ProxyTask {
  /** Which images of the training split are trained on, and which give the reward. */
  readonly partition: Partition;
  readonly #inputs: ProxyInputs;
  readonly #store: SampleStore;
  readonly #start: Checkpoint | undefined;
  /** Of the first network on the first images of a batch: what candidates are checked on. */
  readonly #sample: { readonly logits: Tensor4D; readonly labels: Tensor3D };
  /** The batches last used: the next trial most likely wants the same, and they are cached inside. */
  #batches: { readonly stream: string; readonly source: BatchSource } | undefined;

  private constructor(inputs: ProxyInputs, parts: Partition, store: SampleStore, start: Checkpoint | undefined) {
    this.#inputs = inputs;
    this.partition = parts;
    this.#store = store;
    this.#start = start;
    this.#sample = this.#makeSample();
  }

  /**
   * Reads the training split, divides it, and reads or trains the warm start.
   * @throws AslError for data that cannot be read or divided, and as `trainWarmStart` does.
   */
  static async prepare(inputs: ProxyInputs): Promise<ProxyTask> {
    const { dataset, options, random } = inputs;
    const classes = dataset.classes.length;
    const store = await SampleStore.load(dataset.train, { size: options.size, classes });
    const parts = partition(dataset.train, { fraction: options.reward.fraction, random: random.split('partition') });
    const start = options.warmStart === null ? undefined : await prepareWarmStart(inputs, store, parts.train);
    return new ProxyTask(inputs, parts, store, start);
  }

  /**
   * Checks, trains and scores a candidate loss. A loss that cannot be trained with is an outcome, not an error.
   * @throws AslError ASL_DATA_INVALID if the reward images have nothing to score; what `signal` was aborted with.
   */
  async run(trial: Trial): Promise<TrialOutcome> {
    const started = performance.now();
    const { options, metric, reportMetrics = [] } = this.#inputs;
    const failed = (
      reason: Extract<TrialOutcome, { status: 'failed' }>['reason'],
      iterations: number,
    ): TrialOutcome => ({
      status: 'failed',
      reason,
      reward: 0,
      iterations,
      ms: performance.now() - started,
    });
    const problem = checkCandidate(trial.loss, this.#sample.logits, this.#sample.labels);
    if (problem !== undefined) return failed(`check-${problem.reason}`, 0);

    const stream = trial.seedLabel === undefined ? `round/${trial.round}` : `round/${trial.round}/${trial.seedLabel}`;
    const network = this.#buildNetwork(stream);
    try {
      const training = await trainNetwork({ ...trial, network, batches: this.#batchesOf(stream), options });
      if (training.status === 'failed') return failed(training.reason, training.iteration);
      const evaluation = await evaluateNetwork({
        ...(trial.signal === undefined ? {} : { signal: trial.signal }),
        network,
        batches: evaluationBatches(this.#store, options.batchSize, this.partition.reward),
        metrics: [metric, ...reportMetrics.filter(({ name }) => name !== metric.name)],
        classes: this.#inputs.dataset.classes.length,
      });
      if (evaluation.status === 'failed') return failed(evaluation.reason, options.iterations);
      const reward = evaluation.metrics[metric.name]?.value ?? null;
      if (reward === null) throw nothingToScore(this.#inputs);
      const ms = performance.now() - started;
      return { status: 'complete', reward, metrics: evaluation.metrics, iterations: options.iterations, ms };
    } finally {
      network.dispose();
    }
  }

  dispose(): void {
    this.#sample.logits.dispose();
    this.#sample.labels.dispose();
  }

  #buildNetwork(stream: string): Network {
    const { architecture, dataset, random } = this.#inputs;
    const network = architecture.build(dataset.classes.length, random.split(stream).split('weights'));
    try {
      if (this.#start !== undefined)
        loadCheckpoint(this.#start, network, this.#inputs.warmStart?.path ?? 'the warm start');
      return network;
    } catch (error) {
      network.dispose();
      throw error;
    }
  }

  #batchesOf(stream: string): BatchSource {
    if (this.#batches?.stream !== stream) {
      const { batchSize, augment } = this.#inputs.options;
      const random = this.#inputs.random.split(stream).split('batches');
      const source = new BatchSource({ store: this.#store, indices: this.partition.train, batchSize, augment, random });
      this.#batches = { stream, source };
    }
    return this.#batches.source;
  }

  #makeSample(): { logits: Tensor4D; labels: Tensor3D } {
    const network = this.#buildNetwork('sample');
    try {
      return tidy(() => {
        // A few images are enough to find a loss that is not finite, and check every candidate quickly.
        const [batch] = evaluationBatches(this.#store, 4, this.partition.train);
        if (batch === undefined) throw new Error('a partition always has images to train on');
        return { logits: keep(network.forward(uploadImages(batch), false)), labels: keep(uploadLabels(batch)) };
      });
    } finally {
      network.dispose();
    }
  }
}

async function prepareWarmStart(
  inputs: ProxyInputs,
  store: SampleStore,
  indices: readonly number[],
): Promise<Checkpoint> {
  const { dataset, architecture, warmStart, random, options } = inputs;
  if (options.warmStart === null || warmStart === undefined)
    throw new Error('a warm start needs its loss and its path');
  const classes = dataset.classes.length;
  const { size } = options.warmStart;
  const sameSize = size[0] === store.size[0] && size[1] === store.size[1];
  return trainWarmStart({
    ...inputs,
    ...warmStart,
    architecture,
    classes,
    store: sameSize ? store : await SampleStore.load(dataset.train, { size, classes }),
    indices,
    options: options.warmStart,
    random: random.split('warm-start'),
    fingerprint: await dataset.fingerprint(),
  });
}

function nothingToScore({ dataset, metric }: ProxyInputs): AslError {
  return new AslError(
    'ASL_DATA_INVALID',
    `the images held out for the reward have nothing that ${metric.name} could score`,
    {
      where: `data set "${dataset.name}", training split`,
      expected: 'labelled pixels of some class',
      remedy: 'hold out more images (proxy.reward.fraction), or check the labels',
    },
  );
}
