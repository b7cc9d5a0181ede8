import { AslError, type AugmentOptions, type Random } from '@auto-seg-loss/kernel';
import type { Normalization } from '@auto-seg-loss/ops';
import type { Batch, Batches } from '../batch.ts';
import { drawWindow } from './draw-window.ts';
import { normalizeBatch } from './normalize.ts';
import { READ_AHEAD } from './read-samples.ts';
import type { TrainingSamples } from './training-samples.ts';
import { warpSample } from './warp-sample.ts';

const DEFAULT_CACHE_BYTES = 256 * 2 ** 20;

/** Batches that are read while an earlier one is trained on, where their samples are not in memory. */
const BATCHES_AHEAD = 2;

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
 *
 * Samples that are not in memory are read for up to two batches ahead, four at a time, each let go as soon as its window is taken.
 */
export class BatchSource implements Batches {
  readonly #store: TrainingSamples;
  readonly #indices: readonly number[];
  readonly #batchSize: number;
  readonly #augment: AugmentOptions;
  readonly #random: Random;
  readonly #normalization: Normalization | undefined;
  readonly #cache = new Map<number, ByteBatch>();
  readonly #cachedBatches: number;
  /** Batches that are being read, or were and are not wanted yet. */
  readonly #ahead = new Map<number, Promise<ByteBatch>>();
  /** The end of what is being read: one batch after the other. */
  #reading: Promise<unknown> = Promise.resolve();
  #epoch: { readonly number: number; readonly order: readonly number[] } | undefined;

  /**
   * @param inputs.indices the store's samples to train on.
   * @param inputs.random the stream; it is not advanced.
   * @param inputs.cacheBytes bound of the cache; default 256 MiB, 0 for none.
   * @throws AslError ASL_ARGUMENT_INVALID without samples or with an empty batch.
   */
  constructor(inputs: {
    readonly store: TrainingSamples;
    readonly indices: readonly number[];
    readonly batchSize: number;
    readonly augment: AugmentOptions;
    readonly random: Random;
    readonly cacheBytes?: number;
    /** As `Architecture.normalization`. */
    readonly normalization?: Normalization | undefined;
  }) {
    const { store, indices, batchSize, augment, random, cacheBytes = DEFAULT_CACHE_BYTES } = inputs;
    requireCount('indices', indices.length, 1);
    requireCount('batchSize', batchSize, 1);
    this.#store = store;
    this.#indices = indices;
    this.#batchSize = batchSize;
    this.#augment = augment;
    this.#random = random;
    this.#normalization = inputs.normalization;
    this.#cachedBatches = Math.floor(cacheBytes / (batchSize * store.size[0] * store.size[1] * 4));
  }

  /** As `Batches`. @throws AslError ASL_ARGUMENT_INVALID for what is no iteration; as `TrainingSamples.sample`. */
  async batch(iteration: number, until: number = iteration + 1): Promise<Batch> {
    requireCount('iteration', iteration, 0);
    const bytes =
      this.#cache.get(iteration) ?? (await this.#made(iteration).finally(() => this.#ahead.delete(iteration)));
    if (this.#cache.size < this.#cachedBatches) this.#cache.set(iteration, bytes);
    if (!this.#store.held) {
      for (let next = iteration + 1; next < Math.min(until, iteration + 1 + BATCHES_AHEAD); next++) {
        // What is wrong with it is said when it is wanted.
        if (!this.#cache.has(next)) this.#made(next).catch(() => {});
      }
    }
    return normalizeBatch(bytes.images, bytes.labels, this.#store.size, this.#normalization);
  }

  #made(iteration: number): Promise<ByteBatch> {
    const found = this.#ahead.get(iteration);
    if (found !== undefined) return found;
    const made = this.#reading.then(() => this.#augmented(iteration));
    this.#reading = made.catch(() => {});
    this.#ahead.set(iteration, made);
    return made;
  }

  async #augmented(iteration: number): Promise<ByteBatch> {
    const pixels = this.#store.size[0] * this.#store.size[1];
    const images = new Uint8Array(this.#batchSize * pixels * 3);
    const labels = new Uint8Array(this.#batchSize * pixels);
    const slots = Array.from({ length: this.#batchSize }, (_, slot) => slot).values();
    const fill = async (): Promise<void> => {
      for (const slot of slots) {
        const position = iteration * this.#batchSize + slot;
        const sample = await this.#store.sample(this.#sampleAt(position));
        const image = images.subarray(slot * pixels * 3, (slot + 1) * pixels * 3);
        const label = labels.subarray(slot * pixels, (slot + 1) * pixels);
        const drawn = drawWindow(sample, this.#store, this.#augment, this.#random.split(`augmentation/${position}`));
        warpSample(sample, { image, label }, this.#store.size, drawn);
      }
    };
    await Promise.all(Array.from({ length: READ_AHEAD }, fill));
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
