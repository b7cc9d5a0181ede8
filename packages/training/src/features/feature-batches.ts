import type { Random } from '@auto-seg-loss/kernel';
import type { FeatureBatch } from '../batch.ts';
import type { FeatureStore } from './feature-store.ts';

/**
 * The training batches of one random stream, of kept features: an epoch is a shuffle of the samples, each in one of its views.
 * As with `BatchSource`, a batch depends on the stream and its number alone.
 */
export class FeatureBatches {
  readonly #features: FeatureStore;
  readonly #indices: readonly number[];
  readonly #batchSize: number;
  readonly #random: Random;

  /** @param random the stream; it is not advanced. */
  constructor(features: FeatureStore, indices: readonly number[], batchSize: number, random: Random) {
    this.#features = features;
    this.#indices = indices;
    this.#batchSize = batchSize;
    this.#random = random;
  }

  /** @param iteration from 0. */
  batch(iteration: number): FeatureBatch {
    const positions = Array.from({ length: this.#batchSize }, (_, slot) => iteration * this.#batchSize + slot);
    const orders = new Map<number, readonly number[]>();
    const chosen = positions.map((position) => {
      const epoch = Math.floor(position / this.#indices.length);
      const order = orders.get(epoch) ?? this.#random.split(`epoch/${epoch}`).shuffle(this.#indices);
      orders.set(epoch, order);
      const view = this.#random.split(`view/${position}`).integer(0, this.#features.views - 1);
      return { index: order[position % this.#indices.length] as number, view };
    });
    return this.#features.batch(chosen);
  }
}

/** Samples in order and as they are, in batches, as `evaluationBatches` gives them of images. */
export function* featureEvaluationBatches(
  features: FeatureStore,
  batchSize: number,
  indices: readonly number[],
): Generator<FeatureBatch> {
  for (let start = 0; start < indices.length; start += batchSize) {
    yield features.batch(indices.slice(start, start + batchSize).map((index) => ({ index, view: 0 })));
  }
}
