import type { ExactScore } from '@auto-seg-loss/formula';
import {
  AslError,
  type Dataset,
  iterationAt,
  type Metric,
  type Random,
  type ScoringOptions,
  type TrainingOptions,
} from '@auto-seg-loss/kernel';
import type { Architecture, Loss, Network } from '@auto-seg-loss/ops';
import { keep, type Tensor3D, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { type Batch, uploadImages, uploadLabels } from './batch.ts';
import { type CandidateProblem, checkCandidate } from './check-candidate.ts';
import { type Checkpoint, loadCheckpoint, takeCheckpoint } from './checkpoint.ts';
import { BatchSource } from './data/batch-source.ts';
import type { CropStore } from './data/crop-store.ts';
import { evaluationBatches } from './data/evaluation-batches.ts';
import { loadWithTwins } from './data/load-with-twins.ts';
import { type Partition, partition } from './data/partition.ts';
import type { SampleStore } from './data/sample-store.ts';
import { loadTrainingSamples } from './data/training-samples.ts';
import { type Descending, type DescentInputs, LossDescent } from './descent.ts';
import { type EvaluationOutcome, evaluateNetwork } from './evaluate-network.ts';
import { FeatureBatches, featureEvaluationBatches } from './features/feature-batches.ts';
import { FeatureStore } from './features/feature-store.ts';
import { encoderOf, headOf } from './features/halves-of.ts';
import { type FailureReason, type IterationReport, NetworkTraining } from './network-training.ts';
import type { ProxyOptions } from './proxy-options.ts';
import { scoreLabels } from './score-labels.ts';
import {
  readTrainingState,
  removeTrainingState,
  restoreTrainingState,
  type StatePlace,
  saveTrainingState,
} from './training-state.ts';
import { trainWarmStart } from './warm-start.ts';

/** How reward images are looked at where trials are trained on crops. */
const WHOLE_IMAGES: ScoringOptions = { mode: 'whole', overlap: 0.5, flip: false, scales: [1] };

export interface ProxyInputs {
  /** Its val split is not touched. */
  readonly dataset: Dataset;
  readonly architecture: Architecture;
  readonly options: ProxyOptions;
  /** Groups of training images that show the same, as `SplitInspector` finds them; looked for where they are not given. */
  readonly twins?: readonly (readonly number[])[];
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
  /** What share of the training is done already, and where to pause: 0 and 1 unless said otherwise. */
  readonly from?: number;
  readonly until?: number;
  /** Where the training waits while it is paused; without it, it begins anew each time. */
  readonly state?: StatePlace;
  readonly onIteration?: (report: IterationReport) => void;
  readonly signal?: AbortSignal;
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
  readonly #store: SampleStore | CropStore;
  readonly #start: Checkpoint | undefined;
  /** What the frozen encoder made of the images, and the encoder; undefined where all of the network is trained. */
  readonly #kept: { readonly features: FeatureStore; readonly encoder: Checkpoint } | undefined;
  /** Of the first network on the first images of a batch: what candidates are checked on. */
  readonly #sample: { readonly logits: Tensor4D; readonly labels: Tensor3D };
  /** The batches last used: the next trial most likely wants the same, and they are cached inside. */
  #batches: { readonly stream: string; readonly source: BatchSource | FeatureBatches } | undefined;

  private constructor(
    inputs: ProxyInputs,
    parts: Partition,
    store: SampleStore | CropStore,
    start: Checkpoint | undefined,
    sample: Batch,
  ) {
    this.#inputs = inputs;
    this.partition = parts;
    this.#store = store;
    this.#start = start;
    this.#kept = this.#keepFeatures();
    try {
      this.#sample = this.#makeSample(sample);
    } catch (error) {
      this.#kept?.features.dispose();
      throw error;
    }
  }

  /**
   * Reads the training split, divides it, and reads or trains the warm start.
   * @throws AslError for data that cannot be read or divided, and as `trainWarmStart` does.
   */
  static async prepare(inputs: ProxyInputs): Promise<ProxyTask> {
    const { dataset, options, random } = inputs;
    const classes = dataset.classes.length;
    const load = { images: options.images, size: options.size, classes, where: 'proxy' };
    const { store, twins } =
      inputs.twins === undefined
        ? await loadWithTwins(dataset.train, load)
        : { store: await loadTrainingSamples(dataset.train, load), twins: inputs.twins };
    const { fraction } = options.reward;
    const parts = partition(dataset.train, { fraction, random: random.split('partition'), twins });
    const start = options.warmStart === null ? undefined : await prepareWarmStart(inputs, store, parts.train);
    return new ProxyTask(inputs, parts, store, start, await sampleBatch(store, parts.train, inputs));
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
    const stream = streamOf(trial);
    const network = this.#buildNetwork(stream);
    const training = new NetworkTraining(
      { network, loss: trial.loss, batches: this.#batchesOf(stream), options: this.#inputs.options },
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
    const { options } = this.#inputs;
    const { normalization } = this.#inputs.architecture;
    const stream = streamOf(descending);
    const network = this.#buildNetwork(stream);
    const { batchSize, augment } = options;
    const random = this.#inputs.random.split(stream).split('held-out batches');
    const indices = this.partition.reward;
    const heldOut =
      this.#kept === undefined
        ? new BatchSource({ store: this.#store, indices, batchSize, augment, random, normalization, cacheBytes: 0 })
        : new FeatureBatches(this.#kept.features, indices, batchSize, random);
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
    const evaluation = await this.#evaluate({
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

  /** Fitted images as they are trained on; where crops are, whole images against their labels, so that the reward is the metric's. */
  async #evaluate(
    scored: Pick<Parameters<typeof scoreLabels>[0], 'network' | 'metrics' | 'classes' | 'signal'>,
  ): Promise<EvaluationOutcome> {
    const store = this.#store;
    const indices = this.partition.reward;
    const { batchSize, size } = this.#inputs.options;
    const { normalization } = this.#inputs.architecture;
    if (this.#kept !== undefined)
      return evaluateNetwork({ ...scored, batches: featureEvaluationBatches(this.#kept.features, batchSize, indices) });
    if (store.images === 'crops') {
      const how = { normalization, size, images: 'crops', scoring: WHOLE_IMAGES } as const;
      return scoreLabels({ ...scored, ...how, split: store.split, indices });
    }
    return evaluateNetwork({ ...scored, batches: evaluationBatches(store, batchSize, indices, normalization) });
  }

  dispose(): void {
    this.#sample.logits.dispose();
    this.#sample.labels.dispose();
    this.#kept?.features.dispose();
  }

  /** With what is kept, its head alone is trained. */
  #buildNetwork(stream: string): Network {
    const { architecture, dataset, random, warmStart } = this.#inputs;
    const network = architecture.build(dataset.classes.length, random.split(stream).split('weights'));
    try {
      if (this.#start !== undefined) loadCheckpoint(this.#start, network, warmStart?.path ?? 'the warm start');
      if (this.#kept === undefined) return network;
      loadCheckpoint(this.#kept.encoder, encoderOf(network), 'the encoder that features are kept of');
      return headOf(network);
    } catch (error) {
      network.dispose();
      throw error;
    }
  }

  #batchesOf(stream: string): BatchSource | FeatureBatches {
    if (this.#batches?.stream !== stream) {
      const { options, architecture } = this.#inputs;
      const { batchSize, augment } = options;
      const { normalization } = architecture;
      const random = this.#inputs.random.split(stream).split('batches');
      const indices = this.partition.train;
      const source =
        this.#kept === undefined
          ? new BatchSource({ store: this.#store, indices, batchSize, augment, random, normalization })
          : new FeatureBatches(this.#kept.features, indices, batchSize, random);
      this.#batches = { stream, source };
    }
    return this.#batches.source;
  }

  #keepFeatures(): { readonly features: FeatureStore; readonly encoder: Checkpoint } | undefined {
    const { options, random, architecture } = this.#inputs;
    if (options.keptFeatures === null) return undefined;
    const network = this.#buildNetwork('sample');
    try {
      if (network.halves === undefined) throw notCut(architecture);
      const store = this.#store;
      if (store.images === 'crops') throw keptOfCrops();
      const { train, reward } = this.partition;
      const { keptFeatures, augment } = options;
      const { normalization } = architecture;
      const stream = random.split('views');
      const features = FeatureStore.make({
        ...this.#inputs,
        ...{ network, store, train, reward, options: keptFeatures, augment, normalization, random: stream },
      });
      return { features, encoder: takeCheckpoint(encoderOf(network)) };
    } finally {
      network.dispose();
    }
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

/** A few images are enough to find a loss that is not finite, and check every candidate quickly. */
const SAMPLE_IMAGES = 4;

async function sampleBatch(
  store: SampleStore | CropStore,
  indices: readonly number[],
  { random, architecture: { normalization } }: Pick<ProxyInputs, 'random' | 'architecture'>,
): Promise<Batch> {
  if (store.images === 'crops') {
    const few = indices.slice(0, SAMPLE_IMAGES);
    const augment = { scale: [1, 1] as const, flip: false, photometric: 0, catMaxRatio: 1 };
    const stream = random.split('sample');
    return new BatchSource({
      store,
      indices: few,
      batchSize: few.length,
      augment,
      random: stream,
      cacheBytes: 0,
      normalization,
    }).batch(0);
  }
  const [batch] = evaluationBatches(store, SAMPLE_IMAGES, indices, normalization);
  if (batch === undefined) throw new Error('a partition always has images to train on');
  return batch;
}

function streamOf({ round, seedLabel }: Pick<Trial, 'round' | 'seedLabel'>): string {
  return seedLabel === undefined ? `round/${round}` : `round/${round}/${seedLabel}`;
}

async function prepareWarmStart(
  inputs: ProxyInputs,
  store: SampleStore | CropStore,
  indices: readonly number[],
): Promise<Checkpoint> {
  const { dataset, architecture, warmStart, random, options } = inputs;
  if (options.warmStart === null || warmStart === undefined)
    throw new Error('a warm start needs its loss and its path');
  const classes = dataset.classes.length;
  return trainWarmStart({
    ...inputs,
    ...warmStart,
    architecture,
    classes,
    store: await samplesFor(options.warmStart, store, inputs),
    indices,
    options: options.warmStart,
    random: random.split('warm-start'),
    fingerprint: await dataset.fingerprint(),
  });
}

function notCut({ name }: Architecture): AslError {
  return new AslError('ASL_CONFIG_INVALID', `network "${name}" has no encoder whose features could be kept`, {
    where: 'proxy.keptFeatures',
    expected: 'a network with an encoder: deeplabv3plus, pspnet',
    received: name,
    remedy: 'set proxy.keptFeatures to null, or name such a network',
  });
}

function keptOfCrops(): AslError {
  return new AslError(
    'ASL_CONFIG_INVALID',
    'features are kept of fitted images only: of crops, hardly any is seen twice',
    {
      where: 'proxy.keptFeatures',
      expected: 'proxy.images "fitted"',
      received: 'proxy.images "crops"',
      remedy: 'set proxy.images to "fitted", or proxy.keptFeatures to null',
    },
  );
}

/** The samples that trials have, as far as the warm start's are the same. */
async function samplesFor(
  { images, size }: TrainingOptions,
  store: SampleStore | CropStore,
  { dataset }: ProxyInputs,
): Promise<SampleStore | CropStore> {
  const where = 'proxy.warmStart';
  const sameSize = size[0] === store.size[0] && size[1] === store.size[1];
  if (images === store.images && sameSize) return store;
  if (images === 'crops' && store.images === 'crops') return store.withCrops({ size, where });
  return loadTrainingSamples(dataset.train, { images, size, classes: dataset.classes.length, where });
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
