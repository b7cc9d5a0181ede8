import type { TrainingOptions } from '@auto-seg-loss/kernel';

/** How what a frozen encoder makes of the images is kept, so that a trial trains the head alone. */
export interface KeptFeaturesOptions {
  /** Of each image to train on: as it is, flipped (where `augment.flip`), then scaled and cropped at random. */
  readonly views: number;
  /** Where they are kept. */
  readonly keep: 'memory' | 'disk';
}

/** How a candidate loss is trained and scored. */
export interface ProxyOptions extends TrainingOptions {
  /**
   * Share of the training images that is held out for the reward, in (0, 1); or into how many folds they are divided, each of which
   * gives the rewards of some rounds, null for one division by the fraction.
   */
  readonly reward: { readonly fraction: number; readonly folds: number | null };
  /** The training that all trials start from, on the same images as they; null to start each from fresh weights. */
  readonly warmStart: TrainingOptions | null;
  /** Freezes the network's encoder in trials and keeps its features; null to train all of the network. */
  readonly keptFeatures: KeptFeaturesOptions | null;
}
