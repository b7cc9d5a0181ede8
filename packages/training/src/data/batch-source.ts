import { AslError, type AugmentOptions, type Random } from '@auto-seg-loss/kernel';
import type { Batch } from '../batch.ts';
import { drawAugmentation } from './augmentation.ts';
import { normalizeBatch } from './normalize.ts';
import type { SampleStore } from './sample-store.ts';
import { warpSample } from './warp-sample.ts';

const DEFAULT_CACHE_BYTES = 256 * 2 ** 20;

/** A batch before normalisation: a quarter of its size. */
interface ByteBatch {
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

/**
 * The training batches of one random stream.
 *
 * Batch `iteration` depends on the stream and on `iteration` alone, not on which batches were asked for before. So all
 * trials of a round that are given the same stream see the same batches (common random numbers: their rewards differ by
 * their losses, not by their luck), and a trial that is begun again sees them too.
 *
 * An epoch is a shuffle of the indices without replacement; a batch may begin in one epoch and end in the next.
 *
 * Augmented batches are kept for the trials to come, as bytes (batch × height × width × 4 of them), as long as they fit into
 * `cacheBytes`. A full cache keeps what it has: trials go through the batches in the same order, and replacing the oldest
 * would throw out each batch just before it is wanted again.
 */
export class BatchSource {
  readonly #store: SampleStore;
  readonly #indices: readonly number[];
  readonly #batchSize: number;
  readonly #augment: AugmentOptions;
  readonly #random: Random;
  readonly #cache = new Map<number, ByteBatch>();
  readonly #cachedBatches: number;
  #epoch: { readonly number: number; readonly order: readonly number[] } | undefined;

  /**
   * @param inputs.indices the store's samples to train on.
   * @param inputs.random the stream; it is not advanced.
   * @param inputs.cacheBytes bound of the cache; default 256 MiB, 0 for none.
   * @throws AslError ASL_ARGUMENT_INVALID without samples or with an empty batch.
   */
  constructor(inputs: {
    readonly store: SampleStore;
    readonly indices: readonly number[];
    readonly batchSize: number;
    readonly augment: AugmentOptions;
    readonly random: Random;
    readonly cacheBytes?: number;
  }) {
    const { store, indices, batchSize, augment, random, cacheBytes = DEFAULT_CACHE_BYTES } = inputs;
    requireCount('indices', indices.length, 1);
    requireCount('batchSize', batchSize, 1);
    this.#store = store;
    this.#indices = indices;
    this.#batchSize = batchSize;
    this.#augment = augment;
    this.#random = random;
    this.#cachedBatches = Math.floor(cacheBytes / (batchSize * store.size[0] * store.size[1] * 4));
  }

  /**
   * The batch of an iteration, in arrays of its own.
   * @param iteration from 0.
   */
  batch(iteration: number): Batch {
    requireCount('iteration', iteration, 0);
    const bytes = this.#cache.get(iteration) ?? this.#augmented(iteration);
    if (this.#cache.size < this.#cachedBatches) this.#cache.set(iteration, bytes);
    return normalizeBatch(bytes.images, bytes.labels, this.#store.size);
  }

  #augmented(iteration: number): ByteBatch {
    const { size } = this.#store;
    const pixels = size[0] * size[1];
    const images = new Uint8Array(this.#batchSize * pixels * 3);
    const labels = new Uint8Array(this.#batchSize * pixels);
    for (let slot = 0; slot < this.#batchSize; slot++) {
      const position = iteration * this.#batchSize + slot;
      const index = this.#sampleAt(position);
      const augmentation = drawAugmentation(this.#random.split(`augmentation/${position}`), this.#augment, size);
      warpSample(
        { image: this.#store.image(index), label: this.#store.label(index) },
        {
          image: images.subarray(slot * pixels * 3, (slot + 1) * pixels * 3),
          label: labels.subarray(slot * pixels, (slot + 1) * pixels),
        },
        size,
        augmentation,
      );
    }
    return { images, labels };
  }

  /** The sample at a place of the endless sequence of epochs. */
  #sampleAt(position: number): number {
    const number = Math.floor(position / this.#indices.length);
    if (this.#epoch?.number !== number) {
      this.#epoch = { number, order: this.#random.split(`epoch/${number}`).shuffle(this.#indices) };
    }
    return this.#epoch.order[position % this.#indices.length] as number;
  }
}

function requireCount(name: string, value: number, least: number): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw new AslError('ASL_ARGUMENT_INVALID', 'a batch source was given a wrong number', {
    where: name,
    expected: `an integer of at least ${least}`,
    received: String(value),
  });
}
