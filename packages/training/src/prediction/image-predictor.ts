import { setImmediate } from 'node:timers/promises';
import type { Decoder, ScoringOptions } from '@auto-seg-loss/kernel';
import { type Network, type Normalization, tidyValue } from '@auto-seg-loss/ops';
import { argMax, sum, type Tensor4D } from '@tensorflow/tfjs-core';
import { uploadImages } from '../batch.ts';
import { normalizeBatch } from '../data/normalize.ts';
import { resizeImage, type Size } from '../data/resize-sample.ts';
import { type LogitRows, mirrored, mostLikely, rowsOf } from './logit-rows.ts';
import { MeanProbabilities } from './mean-probabilities.ts';
import { resizedRows } from './resized-rows.ts';
import { type SizedImage, windowRows } from './window-rows.ts';

/** A network, and how it is applied to images. */
export interface PredictorInputs {
  /** The caller's. */
  readonly network: Network;
  /** As `Architecture.normalization`. */
  readonly normalization?: Normalization | undefined;
  readonly classes: number;
  /** That it was trained at; of its windows. */
  readonly size: Size;
  /** What it was trained on: whole images fitted to `size`, or crops of `size` out of images at their own. */
  readonly images: 'fitted' | 'crops';
  readonly scoring: ScoringOptions;
}

export interface Prediction {
  /** The most likely class of each pixel, of equal ones the lowest. [h, w] */
  readonly classes: Uint8Array;
  /** Where they were asked for: [c, h, w], adding up to 1 at each pixel. */
  readonly probabilities: Float32Array | undefined;
  /** What each decoder that was asked makes of the probabilities, [h, w]. */
  readonly decoded: readonly Uint8Array[];
}

/** What is wanted of an image besides the most likely classes. */
export interface PredictionWanted {
  readonly probabilities?: boolean;
  readonly decoders?: readonly Decoder[];
  readonly signal?: AbortSignal;
}

/** One way in which an image is shown. */
interface Look {
  readonly scale: number;
  readonly flip: boolean;
}

/** The network's logits were not finite. */
class LogitsNotFinite extends Error {}

/**
 * Applies a network to images of any size, and gives what it says at the size of the image: by the same steps where trainings are
 * scored and where `asl predict` writes files.
 *
 * Each look at the image (at each of the scales, as it is and mirrored) gives logits, which are brought to the image's size. Of one
 * look, the largest logit decides; of several, the mean of their probabilities (as mmsegmentation's test-time augmentation).
 * Logits pass row by row: at the image's size lies in memory one array of probabilities at the most, of h · w · c · 4 bytes. Where
 * one look has the image's own size, and nothing needs its probabilities, the classes are taken on the device, and no logits leave it.
 */
export class ImagePredictor {
  readonly #inputs: PredictorInputs;
  readonly #looks: readonly Look[];

  constructor(inputs: PredictorInputs) {
    const { scales, flip } = inputs.scoring;
    this.#inputs = inputs;
    this.#looks = scales.flatMap((scale) => (flip ? [false, true] : [false]).map((each) => ({ scale, flip: each })));
  }

  /**
   * @returns undefined where a logit is not finite, so that no class is the most likely.
   * @throws what `signal` was aborted with, before the network sees the image or a window.
   */
  async predict(image: SizedImage, options: PredictionWanted = {}): Promise<Prediction | undefined> {
    try {
      return await this.#predict(image, options);
    } catch (error) {
      if (error instanceof LogitsNotFinite) return undefined;
      throw error;
    }
  }

  async #predict(
    image: SizedImage,
    { probabilities: wanted = false, decoders = [], signal }: PredictionWanted,
  ): Promise<Prediction> {
    const { classes } = this.#inputs;
    const needed = wanted || decoders.some(({ needsProbabilities }) => needsProbabilities);
    const { size } = image;
    const [first, ...more] = this.#looks;
    if (first !== undefined && more.length === 0 && !needed && this.#isSeenAsItIs(size, first)) {
      const best = await this.#classes(image, signal);
      return { classes: best, probabilities: undefined, decoded: decoders.map(() => best) };
    }
    const means = needed || more.length > 0 ? new MeanProbabilities(size, classes) : undefined;
    const rows = (look: Look): LogitRows => {
      const logits = this.#rows(image, look, signal);
      return means?.through(logits) ?? logits;
    };
    let best = first === undefined ? new Uint8Array() : await mostLikely(rows(first), size, classes);
    for (const look of more) for await (const _row of rows(look));
    if (means !== undefined && more.length > 0) best = means.mostLikely();
    const probabilities = needed ? means?.mean() : undefined;
    const [height, width] = size;
    const decoded = decoders.map((decoder) =>
      decoder.needsProbabilities && probabilities !== undefined
        ? decoder.decode(probabilities, { classes, height, width })
        : best,
    );
    return { classes: best, probabilities: wanted ? probabilities : undefined, decoded };
  }

  /** Logits at the image's size, of one look at it. */
  #rows({ image, size }: SizedImage, { scale, flip }: Look, signal: AbortSignal | undefined): LogitRows {
    const { classes, scoring } = this.#inputs;
    const shown = this.#shown(size, scale);
    const resized = resizeImage(image, size, shown);
    const seen = { image: flip ? mirrorImage(resized, shown) : resized, size: shown };
    const rows = scoring.mode === 'whole' ? this.#wholeRows(seen, signal) : this.#windowRows(seen, signal);
    return resizedRows(flip ? mirrored(rows, shown[1], classes) : rows, shown, size, classes);
  }

  /** The size at which an image is seen. */
  #shown(size: Size, scale: number): Size {
    const { scoring, size: trained, images } = this.#inputs;
    const base = scoring.mode === 'whole' && images === 'fitted' ? trained : size;
    return base.map((side) => Math.max(1, Math.round(side * scale))) as unknown as Size;
  }

  #isSeenAsItIs(size: Size, { scale, flip }: Look): boolean {
    const [height, width] = this.#shown(size, scale);
    return this.#inputs.scoring.mode === 'whole' && !flip && height === size[0] && width === size[1];
  }

  async *#wholeRows(image: SizedImage, signal: AbortSignal | undefined): LogitRows {
    yield* rowsOf(await this.#logits(image, signal), image.size[1] * this.#inputs.classes);
  }

  #windowRows(image: SizedImage, signal: AbortSignal | undefined): LogitRows {
    const { classes, scoring, size } = this.#inputs;
    const logitsOf = (window: SizedImage): Promise<Float32Array> => this.#logits(window, signal);
    return windowRows(image, { window: size, overlap: scoring.overlap, classes, logitsOf });
  }

  /** [h, w], of equal logits the lowest class. @throws LogitsNotFinite. */
  async #classes(image: SizedImage, signal: AbortSignal | undefined): Promise<Uint8Array> {
    return this.#see(image, signal, (logits) => Uint8Array.from(argMax(logits, 3).dataSync()));
  }

  /** [h, w, c], off the device. @throws LogitsNotFinite. */
  async #logits(image: SizedImage, signal: AbortSignal | undefined): Promise<Float32Array> {
    return this.#see(image, signal, (logits) => logits.dataSync() as Float32Array);
  }

  /** @param read what is wanted of the logits, [1, h, w, c]. @throws LogitsNotFinite. */
  async #see<T>(
    { image, size }: SizedImage,
    signal: AbortSignal | undefined,
    read: (logits: Tensor4D) => T,
  ): Promise<T> {
    // Signals arrive between tasks of the event loop only.
    await setImmediate();
    signal?.throwIfAborted();
    // The label is of no use here.
    const batch = normalizeBatch(image, new Uint8Array(size[0] * size[1]), size, this.#inputs.normalization);
    return tidyValue(() => {
      const logits = this.#inputs.network.forward(uploadImages(batch), false);
      // A sum in float32 overflows for logits near 1e38 only, and such a network is lost as well.
      if (!Number.isFinite(sum(logits).dataSync()[0])) throw new LogitsNotFinite();
      return read(logits);
    });
  }
}

/** @param image [h, w, 3]. */
function mirrorImage(image: Uint8Array, [height, width]: Size): Uint8Array {
  const turned = new Uint8Array(image.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [from, to] = [3 * (y * width + width - 1 - x), 3 * (y * width + x)];
      turned[to] = image[from] as number;
      turned[to + 1] = image[from + 1] as number;
      turned[to + 2] = image[from + 2] as number;
    }
  }
  return turned;
}
