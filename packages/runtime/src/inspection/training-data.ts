import type { SplitInspection } from '@auto-seg-loss/training';

/** What was seen of the images that a search trains and rewards with, before its first trial. */
export interface TrainingData extends SplitInspection {
  /** Their names, in the order of `pixels`. */
  readonly classes: readonly string[];
  /** How many images proxies are trained on, and how many are held out for the reward. */
  readonly division: { readonly train: number; readonly reward: number };
  /** Into how many folds they are divided, of which `division` tells the first; missing without folds. */
  readonly folds?: number;
  /** What a person should know of it, in sentences. */
  readonly warnings: readonly string[];
}

/** Groups of training images that are held out together. */
export function twinsOf({ twins }: TrainingData): readonly (readonly number[])[] {
  return twins.map(({ images }) => images);
}
