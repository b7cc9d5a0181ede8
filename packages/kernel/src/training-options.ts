/** How training images are varied. */
export interface AugmentOptions {
  /** Range of the random scale, relative to the image fitted to the training size; a crop or padding follows. [1, 1] is none. */
  readonly scale: readonly [min: number, max: number];
  /** Horizontal flips, half of the time. */
  readonly flip: boolean;
  /** Strength of brightness, contrast and saturation changes, 0 (none) to 1. */
  readonly photometric: number;
}

/** One training: SGD with momentum and the poly schedule. */
export interface TrainingOptions {
  /** Pixels of the network's input. */
  readonly size: readonly [height: number, width: number];
  readonly batchSize: number;
  readonly iterations: number;
  /** At the start; falls as (1 - iteration / iterations)^power. */
  readonly learningRate: number;
  readonly power: number;
  readonly momentum: number;
  /** L2, on convolution filters only. */
  readonly weightDecay: number;
  readonly augment: AugmentOptions;
}
