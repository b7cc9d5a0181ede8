import type { ExactScore } from '@auto-seg-loss/formula';
import { AslError, iterationAt } from '@auto-seg-loss/kernel';
import type { Loss, Network } from '@auto-seg-loss/ops';
import { keep, type Tensor3D, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { type Batch, type Batches, uploadImages, uploadLabels } from '../batch.ts';
import { type CandidateProblem, checkCandidate } from '../check-candidate.ts';
import type { CropStore } from '../data/crop-store.ts';
import { type Partition, partition } from '../data/partition.ts';
import type { SampleStore } from '../data/sample-store.ts';
import type { TrainingSamples } from '../data/training-samples.ts';
import { type Descending, type DescentInputs, LossDescent } from '../descent.ts';
import type { FeatureStore } from '../features/feature-store.ts';
import { type FailureReason, type IterationReport, NetworkTraining } from '../network-training.ts';
import {
  readTrainingState,
  removeTrainingState,
  restoreTrainingState,
  type StatePlace,
  saveTrainingState,
} from '../training-state.ts';
import { type CommonWeights, firstNetwork } from './first-networks.ts';
import { type KeptFeatures, keepFeatures } from './keep-features.ts';
import { prepareWarmStart, startSamplesFor } from './prepare-warm-start.ts';
import { imagesOf, keptImages, loadProxyImages, type ProxyImages, sampleBatch } from './proxy-images.ts';
import type { ProxyInputs } from './proxy-inputs.ts';

export interface Trial {
  readonly loss: Loss;
  /** Trials of a round see the same batches, and start from the same weights. */
  readonly round: number;
  /** For other batches in the same round, to see how much a reward owes to them. */
  readonly seedLabel?: string;
  /** In place of the round's, to see how much a reward owes to each: trials of equal numbers begin, or go on, alike. */
  readonly draws?: Draws;
  /** What share of the training is done already, and where to pause: 0 and 1 unless said otherwise. */
  readonly from?: number;
  readonly until?: number;
  /** Where the training waits while it is paused; without it, it begins anew each time. */
  readonly state?: StatePlace;
  readonly onIteration?: (report: IterationReport) => void;
  readonly signal?: AbortSignal;
}

/** The first weights and the batches of a trial, by number. */
export interface Draws {
  readonly weights: number;
  readonly batches: number;
}

/** What several tasks on the same images have in common. */
export interface SharedParts {
  readonly store: SampleStore | CropStore;
  /** For the network that trials start from. */
  readonly startSamples: TrainingSamples | undefined;
  readonly partition: Partition;
  /** Not the task's to dispose; undefined where none are kept, or the task computes its own. */
  readonly features: KeptFeatures | undefined;
}

/** What came of a trial; a failed one has the reward 0. */
export type TrialOutcome = {
  readonly reward: number;
  readonly iterations: number;
  /** That the network was trained on, from its first iteration. */
  readonly images: number;
  readonly ms: number;
} & (
  | { readonly status: 'complete' | 'paused'; readonly metrics: Readonly<Record<string, ExactScore>> }
  | { readonly status: 'failed'; readonly reason: FailureReason | `check-${CandidateProblem['reason']}` }
);

/** What came of a descent; where it failed, θ is where it was last. */
export type DescentOutcome = TrialOutcome & { readonly theta: readonly number[] };

/**
 * The proxy task of a search: a short training of a small network on a part of the training images, scored by the exact
 * metric on the rest of them. What all trials share is read and trained once, in `prepare`; a trial leaves nothing behind.
 */
export class ProxyTask {
  /** Which images of the training split are trained on, and which give the reward. */
  readonly partition: Partition;
  readonly #inputs: ProxyInputs;
  readonly #common: CommonWeights;
  readonly #images: ProxyImages;
  readonly #features: FeatureStore | undefined;
  /** Of the first network on the first images of a batch: what candidates are checked on. */
  readonly #sample: { readonly logits: Tensor4D; readonly labels: Tensor3D };
  /** The batches last used: the next trial most likely wants the same, and they are cached inside. */
  #batches: { readonly stream: string; readonly source: Batches } | undefined;

  private constructor(
    inputs: ProxyInputs,
    parts: Partition,
    made: {
      readonly common: CommonWeights;
      readonly images: ProxyImages;
      readonly features: FeatureStore | undefined;
      readonly sample: Batch;
    },
  ) {
    this.#inputs = inputs;
    this.partition = parts;
    this.#common = made.common;
    this.#images = made.images;
    this.#features = made.features;
    this.#sample = this.#makeSample(made.sample);
  }

  /**
   * Reads the training split, divides it, reads or trains the warm start, and computes the features that are kept.
   * @throws AslError for data that cannot be read or divided, and as `trainWarmStart` and `keepFeatures` do.
   */
  static async prepare(inputs: ProxyInputs): Promise<ProxyTask> {
    const { dataset, options, random } = inputs;
    const { store, twins } = await loadProxyImages(inputs);
    const { fraction } = options.reward;
    const parts = partition(dataset.train, { fraction, random: random.split('partition'), twins });
    const startSamples = await startSamplesFor(inputs, store);
    return ProxyTask.of(inputs, { store, startSamples, partition: parts, features: undefined });
  }

  /** As `prepare`, of images that are read and divided. */
  static async of(inputs: ProxyInputs, shared: SharedParts): Promise<ProxyTask> {
    const { batchSize, keptFeatures } = inputs.options;
    const { store, startSamples, partition: parts } = shared;
    const start = startSamples === undefined ? undefined : await prepareWarmStart(inputs, startSamples, parts.train);
    const sample = await sampleBatch(store, parts, inputs);
    const own =
      keptFeatures === null || shared.features !== undefined
        ? undefined
        : await keepFeatures(inputs, keptFeatures, { store, partition: parts, start });
    const kept = shared.features ?? own;
    const read = imagesOf(store, parts, inputs);
    try {
      return new ProxyTask(inputs, parts, {
        common: { start, encoder: kept?.encoder },
        images: kept === undefined ? read : keptImages(kept.features, parts, batchSize, read),
        features: own?.features,
        sample,
      });
    } catch (error) {
      own?.features.dispose();
      throw error;
    }
  }

  /**
   * Checks, trains and scores a candidate loss. A loss that cannot be trained with is an outcome, not an error.
   * @throws AslError ASL_DATA_INVALID if the reward images have nothing to score; what `signal` was aborted with.
   */
  async run(trial: Trial): Promise<TrialOutcome> {
    const started = performance.now();
    const { iterations } = this.#inputs.options;
    const { from = 0, until = 1, state } = trial;
    const [first, last] = [iterationAt(from, iterations), iterationAt(until, iterations)];
    const paused = first > 0 && state !== undefined ? await readTrainingState(state, first) : undefined;
    if (paused === undefined) {
      const problem = checkCandidate(trial.loss, this.#sample.logits, this.#sample.labels);
      if (problem !== undefined) return this.#failed(`check-${problem.reason}`, 0, started);
    }
    const { weights, batches } = streamsOf(trial);
    const network = this.#buildNetwork(weights);
    const training = new NetworkTraining(
      { network, loss: trial.loss, batches: this.#batchesOf(batches), options: this.#inputs.options },
      paused === undefined ? 0 : first,
    );
    try {
      if (paused !== undefined) restoreTrainingState(paused, network, training, state?.path ?? '');
      const outcome = await training.run(last, trial);
      if (outcome.status === 'failed') return this.#failed(outcome.reason, outcome.iteration, started);
      const scored = await this.#score(network, last, started, trial.signal);
      if (scored.status !== 'complete' || last === iterations) {
        if (state !== undefined && from > 0) await removeTrainingState(state);
        return scored;
      }
      if (state !== undefined) await saveTrainingState(state, network, training);
      return { ...scored, status: 'paused' };
    } finally {
      training.dispose();
      network.dispose();
    }
  }

  /**
   * Trains with a loss whose curves are learned on the way, by gradients of how the network does on the reward images.
   * @throws as `run`.
   */
  async descend(descending: Descending & Pick<Trial, 'round' | 'onIteration' | 'signal'>): Promise<DescentOutcome> {
    const started = performance.now();
    const { options, random } = this.#inputs;
    const { weights: stream } = streamsOf(descending);
    const network = this.#buildNetwork(stream);
    const heldOut = this.#images.batches('reward', random.split(stream).split('held-out batches'), true);
    const inputs: DescentInputs = { network, batches: this.#batchesOf(stream), heldOut, options, ...descending };
    const descent = new LossDescent(inputs);
    try {
      const outcome = await descent.run(options.iterations, descending);
      if (outcome.status === 'failed') {
        return { ...this.#failed(outcome.reason, outcome.iteration, started), theta: descent.theta };
      }
      const scored = await this.#score(network, options.iterations, started, descending.signal);
      return { ...scored, images: descent.images, theta: descent.theta };
    } finally {
      descent.dispose();
      network.dispose();
    }
  }

  #failed(
    reason: Extract<TrialOutcome, { status: 'failed' }>['reason'],
    iterations: number,
    started: number,
  ): TrialOutcome {
    const images = iterations * this.#inputs.options.batchSize;
    return { status: 'failed', reason, reward: 0, iterations, images, ms: performance.now() - started };
  }

  /** Scores a network that was trained for some iterations, on the reward images. */
  async #score(
    network: Network,
    iterations: number,
    started: number,
    signal: AbortSignal | undefined,
  ): Promise<TrialOutcome> {
    const { options, metric, reportMetrics = [], dataset } = this.#inputs;
    const evaluation = await this.#images.evaluate({
      ...(signal === undefined ? {} : { signal }),
      network,
      metrics: [metric, ...reportMetrics.filter(({ name }) => name !== metric.name)],
      classes: dataset.classes.length,
    });
    if (evaluation.status === 'failed') return this.#failed(evaluation.reason, iterations, started);
    const reward = evaluation.metrics[metric.name]?.value ?? null;
    if (reward === null) throw nothingToScore(this.#inputs);
    const ms = performance.now() - started;
    const images = iterations * options.batchSize;
    return { status: 'complete', reward, metrics: evaluation.metrics, iterations, images, ms };
  }

  dispose(): void {
    this.#sample.logits.dispose();
    this.#sample.labels.dispose();
    this.#features?.dispose();
  }

  #buildNetwork(stream: string): Network {
    return firstNetwork(this.#inputs, this.#common, stream);
  }

  #batchesOf(stream: string): Batches {
    if (this.#batches?.stream !== stream) {
      const random = this.#inputs.random.split(stream).split('batches');
      this.#batches = { stream, source: this.#images.batches('train', random) };
    }
    return this.#batches.source;
  }

  #makeSample(batch: Batch): { logits: Tensor4D; labels: Tensor3D } {
    const network = this.#buildNetwork('sample');
    try {
      return tidy(() => {
        return { logits: keep(network.forward(uploadImages(batch), false)), labels: keep(uploadLabels(batch)) };
      });
    } finally {
      network.dispose();
    }
  }
}

/** Streams of the proxy task's random numbers, by their labels. */
function streamsOf({ round, seedLabel, draws }: Pick<Trial, 'round' | 'seedLabel' | 'draws'>): {
  readonly weights: string;
  readonly batches: string;
} {
  if (draws !== undefined) return { weights: `weights/${draws.weights}`, batches: `batches/${draws.batches}` };
  const stream = seedLabel === undefined ? `round/${round}` : `round/${round}/${seedLabel}`;
  return { weights: stream, batches: stream };
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
