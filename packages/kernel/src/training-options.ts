import type { Json } from './searcher.ts';

/** How training images are varied. */
export interface AugmentOptions {
  /**
   * Range of the random scale; a crop or padding follows. [1, 1] is none. Relative to the image fitted to the training size, or,
   * where crops are trained on, to the image at its own size.
   */
  readonly scale: readonly [min: number, max: number];
  /** Horizontal flips, half of the time. */
  readonly flip: boolean;
  /** Strength of brightness, contrast and saturation changes, 0 (none) to 1. */
  readonly photometric: number;
  /**
   * A window of which one class has at least this share of the labelled pixels is drawn again, up to 10 times in all; 1 takes
   * the first. mmsegmentation's `cat_max_ratio`.
   */
  readonly catMaxRatio: number;
}

/** One training: SGD with momentum and the poly schedule. */
export interface TrainingOptions {
  /** fitted: whole images, resized to `size`. crops: windows of `size` out of images at their own size. */
  readonly images: 'fitted' | 'crops';
  /** Pixels of the network's input. */
  readonly size: readonly [height: number, width: number];
  readonly batchSize: number;
  readonly iterations: number;
  /** Iterations in which the learning rate rises linearly, fewer than `iterations`; 0 for none. */
  readonly warmUp: number;
  /** After the warm-up; falls as (1 - iteration / iterations)^power over the iterations that are left. */
  readonly learningRate: number;
  readonly power: number;
  readonly momentum: number;
  /** L2, on convolution filters only. */
  readonly weightDecay: number;
  readonly augment: AugmentOptions;
}

/** How a trained network is applied to an image of any size. What comes out has the image's own size. */
export interface ScoringOptions {
  /**
   * whole: the network sees the image at once, fitted to the size that it was trained at. windows: it sees windows of that size,
   * which slide over the image at its own size.
   */
  readonly mode: 'whole' | 'windows';
  /** Share of a window that the next one covers too, at least; in [0, 1). */
  readonly overlap: number;
  /** Whether probabilities are averaged with those of the mirrored image. */
  readonly flip: boolean;
  /** Relative to the size at which `mode` shows the image; probabilities are averaged over all of them. At least one. */
  readonly scales: readonly number[];
}

/** An image as the network was trained to see it, looked at once. */
export const WHOLE_IMAGES: ScoringOptions = { mode: 'whole', overlap: 0.5, flip: false, scales: [1] };

/** A training whose network is kept or reported on. */
export interface FinalTrainingOptions extends TrainingOptions {
  readonly scoring: ScoringOptions;
}

/** Fields that came later, and what was always done before there were any. */
const LATER: Readonly<Record<string, Json>> = { images: 'fitted', warmUp: 0 };
const LATER_OF_AUGMENT: Readonly<Record<string, Json>> = { catMaxRatio: 1 };

/**
 * Options as they are hashed, written and compared with those of earlier runs, in their order: fields that came later are left out
 * where they say what was always done, so that what was kept before is still known.
 */
export function trainingContent(options: TrainingOptions): { readonly [field: string]: Json } {
  const said = without(LATER, options);
  return { ...said, augment: without(LATER_OF_AUGMENT, options.augment) };
}

function without(later: Readonly<Record<string, Json>>, options: object): { readonly [field: string]: Json } {
  const entries = Object.entries(JSON.parse(JSON.stringify(options)) as Record<string, Json>);
  return Object.fromEntries(entries.filter(([name, value]) => !(name in later) || later[name] !== value));
}
