import type { TrainingOptions } from '@auto-seg-loss/kernel';

/** How a candidate loss is trained and scored. */
export interface ProxyOptions extends TrainingOptions {
  /** Share of the training images that is held out for the reward, in (0, 1). */
  readonly reward: { readonly fraction: number };
  /** The training that all trials start from, on the same images as they; null to start each from fresh weights. */
  readonly warmStart: TrainingOptions | null;
}
