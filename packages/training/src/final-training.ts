import type { Dataset, Decoder, FinalTrainingOptions, Metric, Random, Split } from '@auto-seg-loss/kernel';
import type { Architecture, Loss } from '@auto-seg-loss/ops';
import { type Checkpoint, takeCheckpoint } from './checkpoint.ts';
import type { SmallImages } from './data/crop-fit.ts';
import type { CropStore } from './data/crop-store.ts';
import { type ImagePrint, imagePrint } from './data/inspect/image-print.ts';
import { type SharedTwins, sharedTwins } from './data/inspect/shared-twins.ts';
import { classesIn, countLabel, type LabelCounts, requireClasses } from './data/label-counts.ts';
import { loadWithTwins } from './data/load-with-twins.ts';
import { partition } from './data/partition.ts';
import { readSamples } from './data/read-samples.ts';
import type { SampleStore } from './data/sample-store.ts';
import { loadTrainingSamples } from './data/training-samples.ts';
import type { FailureReason, IterationReport } from './network-training.ts';
import { type DecodedScores, type ScoredImage, scoreLabels } from './score-labels.ts';
import { trainFromScratch } from './train-from-scratch.ts';
import type { CheckpointPlace, PausedTraining } from './train-network.ts';

export interface FinalTrainingInputs {
  readonly dataset: Dataset;
  readonly architecture: Architecture;
  readonly options: FinalTrainingOptions;
  readonly metrics: readonly Metric[];
}

export type FinalOutcome = { readonly ms: number } & (
  | ({
      readonly status: 'complete';
      /** Of each decoder, against the labels as they are in their files; those of the first stand beside them. */
      readonly decoded: readonly DecodedScores[];
      readonly losses: readonly number[];
      /** Classes of the training labels that none of its crops has shown. */
      readonly unseenClasses: readonly number[];
      readonly weights: Checkpoint;
    } & DecodedScores)
  | { readonly status: 'failed'; readonly reason: FailureReason; readonly iteration: number }
  | PausedTraining
);

/** Trains networks from fresh weights, and scores them on images that they did not see. */
export class FinalTraining {
  /** Classes that training labels have in their files and no more at the training size: no network sees them. */
  readonly lostClasses: readonly number[];
  /** Classes that no training label has. */
  readonly missingClasses: readonly number[];
  /** Images of train that are in val too, or nearly so; none where val is not read. */
  readonly shared: readonly SharedTwins[];
  /** Images that are smaller than the crops, where those are trained on. */
  readonly smallImages: SmallImages | undefined;
  readonly #classesInFiles: ReadonlySet<number>;
  readonly #inputs: FinalTrainingInputs;
  readonly #train: { readonly store: SampleStore | CropStore; readonly indices: readonly number[] };
  readonly #score: { readonly split: Split; readonly indices: readonly number[] };

  /** @throws AslError ASL_DATA_INVALID where the labels to train on are all ignored. */
  private constructor(
    inputs: FinalTrainingInputs,
    train: { readonly store: SampleStore | CropStore; readonly indices: readonly number[] },
    score: { readonly split: Split; readonly indices: readonly number[] },
    shared: readonly SharedTwins[],
  ) {
    this.shared = shared;
    const { store, indices } = train;
    const { name, classes } = inputs.dataset;
    const inFiles = indices.map((index) => store.labelCounts(index));
    requireClasses(inFiles, `data set "${name}", training split`, 'learn');
    this.#classesInFiles = classesIn(inFiles);
    this.missingClasses = [...classes.keys()].filter((c) => !this.#classesInFiles.has(c));
    this.smallImages = store.images === 'crops' ? store.small : undefined;
    this.lostClasses = store.images === 'crops' ? [] : this.#lostAtSize(store, indices, name, classes.length);
    this.#inputs = inputs;
    this.#train = train;
    this.#score = score;
  }

  /**
   * On the whole training split, scored on val. Reads both: what is wrong with either shows before anything is trained.
   * @throws AslError for data that cannot be read, or labels that are all ignored.
   */
  static async prepare(inputs: FinalTrainingInputs): Promise<FinalTraining> {
    const { dataset, options } = inputs;
    const classes = dataset.classes.length;
    const { images, size } = options;
    const prints: Record<'train' | 'val', ImagePrint[]> = { train: [], val: [] };
    const store = await loadTrainingSamples(dataset.train, {
      images,
      size,
      classes,
      where: 'training',
      visit: (sample, index) => {
        prints.train[index] = imagePrint(sample);
      },
    });
    const labels: LabelCounts[] = [];
    await readSamples(dataset.val, {
      classes,
      visit: (sample, index) => {
        prints.val[index] = imagePrint(sample);
        labels.push(countLabel(sample.label, classes));
      },
    });
    requireClasses(labels, `data set "${dataset.name}", val split`, 'score');
    return new FinalTraining(
      inputs,
      { store, indices: allOf(dataset.train) },
      { split: dataset.val, indices: allOf(dataset.val) },
      sharedTwins(prints.train, prints.val),
    );
  }

  /**
   * On a part of the training split, scored on the rest of it: for choices that val must have no part in. Val is not read.
   * @param heldOut as `partition` takes it.
   * @throws AslError for data that cannot be read or divided, or labels that are all ignored.
   */
  static async prepareHeldOut(
    inputs: FinalTrainingInputs,
    heldOut: { readonly fraction: number; readonly random: Random },
  ): Promise<FinalTraining> {
    const { dataset, options } = inputs;
    const { images, size } = options;
    const load = { images, size, classes: dataset.classes.length, where: 'training' };
    const { store, twins } = await loadWithTwins(dataset.train, load);
    const { train, reward } = partition(dataset.train, { ...heldOut, twins });
    requireClasses(
      reward.map((index) => store.labelCounts(index)),
      `data set "${dataset.name}", training images held out`,
      'score',
    );
    return new FinalTraining(inputs, { store, indices: train }, { split: dataset.train, indices: reward }, []);
  }

  /**
   * One training and its report. Runs of equal streams have the same weights at the start and the same batches.
   * @param run.decoders that it is scored with; the most probable class by default.
   * @param run.learningRate in place of the options'. @param run.onImage called after each image that is scored.
   * @param run.checkpoint asked to pause, it does so while it scores too. Where it was scored, the state at its end stays: it is
   *   for the caller to remove, once the result is kept.
   * @throws what `signal` was aborted with; AslError for data that cannot be read.
   */
  async run(run: {
    readonly loss: Loss;
    readonly random: Random;
    readonly decoders?: readonly [Decoder, ...Decoder[]];
    readonly learningRate?: number;
    readonly onIteration?: (report: IterationReport) => void;
    readonly onImage?: (scored: ScoredImage) => void;
    readonly signal?: AbortSignal;
    readonly checkpoint?: CheckpointPlace;
  }): Promise<FinalOutcome> {
    const started = performance.now();
    const { architecture, dataset, metrics } = this.#inputs;
    const { learningRate = this.#inputs.options.learningRate, decoders, onImage, ...rest } = run;
    const options = { ...this.#inputs.options, learningRate };
    const classes = dataset.classes.length;
    const { network, outcome } = await trainFromScratch({
      ...rest,
      ...this.#train,
      ...(run.checkpoint === undefined ? {} : { checkpoint: { ...run.checkpoint, keepEnd: true } }),
      architecture,
      classes,
      options,
    });
    const pause = run.checkpoint?.pause;
    const signals = [run.signal, pause].filter((signal) => signal !== undefined);
    const ms = (): number => performance.now() - started;
    try {
      if (outcome.status !== 'complete') return { ...outcome, ms: ms() };
      const scores = await scoreLabels({
        ...this.#score,
        ...(onImage === undefined ? {} : { onImage }),
        ...(decoders === undefined ? {} : { decoders }),
        signal: AbortSignal.any(signals),
        network,
        normalization: architecture.normalization,
        size: options.size,
        images: options.images,
        scoring: options.scoring,
        metrics,
        classes,
      });
      if (scores.status === 'failed') return { ...scores, iteration: options.iterations, ms: ms() };
      const unseenClasses = this.#unseen(outcome.seen);
      return { ...scores, losses: outcome.losses, unseenClasses, weights: takeCheckpoint(network), ms: ms() };
    } catch (error) {
      if (pause?.aborted !== true || error !== pause.reason) throw error;
      return { status: 'paused', iteration: options.iterations, ms: ms() };
    } finally {
      network.dispose();
    }
  }

  /** @throws AslError ASL_DATA_INVALID where no label has a class left at the size. */
  #lostAtSize(store: SampleStore, indices: readonly number[], name: string, classes: number): readonly number[] {
    const [height, width] = store.size;
    const atSize = indices.map((index) => countLabel(store.label(index), classes));
    requireClasses(atSize, `data set "${name}", training labels at ${height} × ${width} (training.size)`, 'learn');
    const kept = classesIn(atSize);
    return [...this.#classesInFiles].filter((c) => !kept.has(c)).sort((a, b) => a - b);
  }

  /** Of fitted images, what is lost is known before. */
  #unseen(seen: ReadonlySet<number>): readonly number[] {
    if (this.#inputs.options.images !== 'crops') return [];
    return [...this.#classesInFiles].filter((c) => !seen.has(c)).sort((a, b) => a - b);
  }
}

function allOf({ ids }: Split): readonly number[] {
  return ids.map((_, index) => index);
}
