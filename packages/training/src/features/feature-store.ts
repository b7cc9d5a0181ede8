import { setImmediate } from 'node:timers/promises';
import type { AugmentOptions, Random } from '@auto-seg-loss/kernel';
import type { Network, Normalization } from '@auto-seg-loss/ops';
import { dispose } from '@tensorflow/tfjs-core';
import { type FeatureBatch, uploadImages } from '../batch.ts';
import { type Augmentation, drawAugmentation, NO_AUGMENTATION } from '../data/augmentation.ts';
import type { CropStore } from '../data/crop-store.ts';
import { drawWindow } from '../data/draw-window.ts';
import { normalizeBatch } from '../data/normalize.ts';
import type { SampleStore } from '../data/sample-store.ts';
import type { TrainingSamples } from '../data/training-samples.ts';
import { type Pixels, warpSample } from '../data/warp-sample.ts';
import type { KeptFeaturesOptions } from '../proxy/proxy-options.ts';
import { type FeatureRecords, recordsFor } from './feature-records.ts';

type FeatureShape = readonly [height: number, width: number, channels: number];

export interface FeatureStoreInputs {
  /** Its encoder; it is not kept. */
  readonly network: Network;
  readonly store: SampleStore | CropStore;
  /** Samples to train on, of which `views` views each are kept. */
  readonly train: readonly number[];
  /** Samples that are kept as they are; of a store of crops there can be none, since they have sizes of their own. */
  readonly reward: readonly number[];
  readonly options: KeptFeaturesOptions;
  readonly augment: AugmentOptions;
  /** As `Architecture.normalization`. */
  readonly normalization?: Normalization | undefined;
  /** What the views are drawn with; it is not advanced. */
  readonly random: Random;
  readonly signal?: AbortSignal;
}

/**
 * What a frozen encoder made of images, computed once. Of each image to train on its views: a fitted one as it is, flipped, then
 * scaled and cropped at random as `augment` says; where crops are trained on, crops that are drawn as batches draw them. Of all
 * others the image as it is.
 */
export class FeatureStore {
  /** Of what its views are. */
  readonly images: TrainingSamples['images'];
  readonly views: number;
  readonly #size: readonly [number, number];
  readonly #shapes: readonly FeatureShape[];
  readonly #records: FeatureRecords;
  /** [places, h, w] */
  readonly #labels: Uint8Array;
  /** The first place of each sample. */
  readonly #places: ReadonlyMap<number, number>;

  private constructor(parts: {
    readonly images: TrainingSamples['images'];
    readonly views: number;
    readonly size: readonly [number, number];
    readonly shapes: readonly FeatureShape[];
    readonly records: FeatureRecords;
    readonly labels: Uint8Array;
    readonly places: ReadonlyMap<number, number>;
  }) {
    this.images = parts.images;
    this.views = parts.views;
    this.#size = parts.size;
    this.#shapes = parts.shapes;
    this.#records = parts.records;
    this.#labels = parts.labels;
    this.#places = parts.places;
  }

  /**
   * Runs the encoder on all views, one at a time.
   * @throws AslError as `recordsFor`, once the first is there; what `signal` was aborted with.
   */
  static async make(inputs: FeatureStoreInputs): Promise<FeatureStore> {
    const { network, store, train, reward, options, augment, random, signal } = inputs;
    const { halves } = network;
    if (halves === undefined) throw new Error('features are kept of networks that can be cut only');
    const [height, width] = store.size;
    const pixels = height * width;
    const places = new Map<number, number>();
    for (const index of train) places.set(index, places.size * options.views);
    for (const [more, index] of reward.entries()) places.set(index, train.length * options.views + more);
    const count = train.length * options.views + reward.length;
    const image = new Uint8Array(pixels * 3);
    const labels = new Uint8Array(count * pixels);
    let made: { readonly shapes: readonly FeatureShape[]; readonly records: FeatureRecords } | undefined;
    const keepView = async (index: number, place: number, draw: (sample: Pixels) => Augmentation): Promise<void> => {
      // Signals arrive between tasks of the event loop only.
      await setImmediate();
      signal?.throwIfAborted();
      const label = labels.subarray(place * pixels, (place + 1) * pixels);
      const sample = await store.sample(index);
      warpSample(sample, { image, label }, store.size, draw(sample));
      const input = uploadImages(normalizeBatch(image, label, store.size, inputs.normalization));
      const features = halves.encode(input);
      const shapes = features.map(({ shape: [, ...rest] }): FeatureShape => rest as [number, number, number]);
      const record = joined(features.map((each) => each.dataSync() as Float32Array));
      dispose([input, ...features]);
      made ??= { shapes, records: recordsFor(options.keep, count, record.length) };
      made.records.write(place, record);
    };
    try {
      for (const index of train) {
        for (let view = 0; view < options.views; view++) {
          const stream = random.split(`view/${index}/${view}`);
          await keepView(index, (places.get(index) ?? 0) + view, (sample) =>
            store.images === 'crops'
              ? drawWindow(sample, store, augment, stream)
              : viewOf(view, augment, stream, store.size),
          );
        }
      }
      for (const index of reward) await keepView(index, places.get(index) ?? 0, () => NO_AUGMENTATION);
      if (made === undefined) throw new Error('there is always an image to train on');
      return new FeatureStore({
        ...made,
        images: store.images,
        views: options.views,
        size: store.size,
        labels,
        places,
      });
    } catch (error) {
      made?.records.dispose();
      throw error;
    }
  }

  /** @param chosen sample and view of each image: view 0 of a fitted one is the image as it is. */
  batch(chosen: readonly { readonly index: number; readonly view: number }[]): FeatureBatch {
    const [height, width] = this.#size;
    const pixels = height * width;
    const lengths = this.#shapes.map((shape) => shape.reduce((product, side) => product * side));
    const record = new Float32Array(lengths.reduce((total, length) => total + length, 0));
    const features = this.#shapes.map((shape, stage) => ({
      shape: [chosen.length, ...shape] as const,
      data: new Float32Array(chosen.length * (lengths[stage] as number)),
    }));
    const labels = new Int32Array(chosen.length * pixels);
    for (const [slot, { index, view }] of chosen.entries()) {
      const place = (this.#places.get(index) as number) + view;
      this.#records.read(place, record);
      let start = 0;
      for (const [stage, length] of lengths.entries()) {
        features[stage]?.data.set(record.subarray(start, start + length), slot * length);
        start += length;
      }
      labels.set(this.#labels.subarray(place * pixels, (place + 1) * pixels), slot * pixels);
    }
    return { shape: [chosen.length, height, width], features, labels };
  }

  dispose(): void {
    this.#records.dispose();
  }
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((total, { length }) => total + length, 0));
  let start = 0;
  for (const part of parts) {
    whole.set(part, start);
    start += part.length;
  }
  return whole;
}

function viewOf(view: number, augment: AugmentOptions, random: Random, size: readonly [number, number]): Augmentation {
  if (view === 0) return NO_AUGMENTATION;
  if (view === 1 && augment.flip) return { ...NO_AUGMENTATION, flip: true };
  return drawAugmentation(random, augment, { image: size });
}
