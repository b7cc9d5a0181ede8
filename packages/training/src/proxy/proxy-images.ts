import { type Random, WHOLE_IMAGES } from '@auto-seg-loss/kernel';
import type { Batch, Batches } from '../batch.ts';
import { BatchSource } from '../data/batch-source.ts';
import type { CropStore } from '../data/crop-store.ts';
import { evaluationBatches } from '../data/evaluation-batches.ts';
import { loadWithTwins } from '../data/load-with-twins.ts';
import type { Partition } from '../data/partition.ts';
import type { SampleStore } from '../data/sample-store.ts';
import { loadTrainingSamples } from '../data/training-samples.ts';
import { type EvaluationOutcome, evaluateNetwork } from '../evaluate-network.ts';
import { FeatureBatches, featureEvaluationBatches } from '../features/feature-batches.ts';
import type { FeatureStore } from '../features/feature-store.ts';
import { scoreLabels } from '../score-labels.ts';
import type { ProxyInputs } from './proxy-inputs.ts';

/** What a network is scored with, besides images. */
type Scored = Pick<Parameters<typeof scoreLabels>[0], 'network' | 'metrics' | 'classes' | 'signal'>;

/** The images of a proxy task, as its networks see them. */
export interface ProxyImages {
  /**
   * Training batches of one random stream, of the images to train on or of those for the reward.
   * @param once whether each is asked for once: nothing is then kept of them.
   */
  batches(of: keyof Partition, random: Random, once?: boolean): Batches;
  /** Scores a network on the images for the reward. @throws what `signal` was aborted with. */
  evaluate(scored: Scored): Promise<EvaluationOutcome>;
}

/** Reads the training split for trials, and finds which images show the same where that is not known. @throws as `loadTrainingSamples`. */
export async function loadProxyImages({
  dataset,
  options: { images, size },
  twins,
}: Pick<ProxyInputs, 'dataset' | 'options' | 'twins'>): Promise<{
  readonly store: SampleStore | CropStore;
  readonly twins: readonly (readonly number[])[];
}> {
  const load = { images, size, classes: dataset.classes.length, where: 'proxy' };
  return twins === undefined
    ? loadWithTwins(dataset.train, load)
    : { store: await loadTrainingSamples(dataset.train, load), twins };
}

/** Images as they are read: fitted ones are scored as they are trained on; where crops are, whole images against their labels are. */
export function imagesOf(
  store: SampleStore | CropStore,
  partition: Partition,
  { options: { batchSize, size, augment }, architecture: { normalization } }: ProxyInputs,
): ProxyImages {
  return {
    batches: (of, random, once = false) => {
      const kept = once ? { cacheBytes: 0 } : {};
      return new BatchSource({ store, indices: partition[of], batchSize, augment, random, normalization, ...kept });
    },
    evaluate: (scored) => {
      const indices = partition.reward;
      if (store.images === 'crops') {
        const how = { normalization, size, images: 'crops', scoring: WHOLE_IMAGES } as const;
        return scoreLabels({ ...scored, ...how, split: store.split, indices });
      }
      return evaluateNetwork({ ...scored, batches: evaluationBatches(store, batchSize, indices, normalization) });
    },
  };
}

/**
 * What a frozen encoder made of the images, in place of them. Where crops are trained on, of the images to train on alone: those
 * for the reward are `images`.
 */
export function keptImages(
  features: FeatureStore,
  partition: Partition,
  batchSize: number,
  images: ProxyImages,
): ProxyImages {
  const kept = (of: keyof Partition, random: Random) => new FeatureBatches(features, partition[of], batchSize, random);
  if (features.images === 'crops') {
    return {
      batches: (of, random, once) => (of === 'train' ? kept(of, random) : images.batches(of, random, once)),
      evaluate: images.evaluate,
    };
  }
  return {
    batches: kept,
    evaluate: (scored) =>
      evaluateNetwork({ ...scored, batches: featureEvaluationBatches(features, batchSize, partition.reward) }),
  };
}

/** A few images are enough to find a loss that is not finite, and check every candidate quickly. */
const SAMPLE_IMAGES = 4;

/** The first images to train on, to check candidates with. */
export async function sampleBatch(
  store: SampleStore | CropStore,
  { train }: Partition,
  { random, architecture: { normalization } }: ProxyInputs,
): Promise<Batch> {
  if (store.images === 'crops') {
    const few = train.slice(0, SAMPLE_IMAGES);
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
  const [batch] = evaluationBatches(store, SAMPLE_IMAGES, train, normalization);
  if (batch === undefined) throw new Error('a partition always has images to train on');
  return batch;
}
