import { classWeights } from '@auto-seg-loss/ops';
import { z } from 'zod';

export interface JdtOptions {
  /** Weight of the loss for mIoU over the data set: sums over the batch. */
  readonly mIoUD: number;
  /** Weight of the loss for mIoU by image: the mean over an image's classes, then over images. */
  readonly mIoUI: number;
  /** Weight of the loss for mIoU by class: the mean over a class's images, then over classes. */
  readonly mIoUC: number;
  /** Weight of false positives. */
  readonly alpha: number;
  /** Weight of false negatives. */
  readonly beta: number;
  /** Exponent of each term. */
  readonly gamma: number;
  readonly smooth: number;
  /** -log(score) in place of 1 - score. */
  readonly log: boolean;
  readonly classes: 'present' | 'all';
  readonly classWeights?: readonly number[] | undefined;
}

const weight = z.number().min(0);

export const jdtOptions: z.ZodType<JdtOptions> = z
  .strictObject({
    mIoUD: weight
      .default(1)
      .describe('Weight of the loss for mIoU over the data set: pixels are summed over the batch.'),
    mIoUI: weight
      .default(0)
      .describe('Weight of the loss for mIoU by image: the mean over an image’s classes, then over images.'),
    mIoUC: weight
      .default(0)
      .describe('Weight of the loss for mIoU by class: the mean over a class’s images, then over classes.'),
    alpha: weight.default(1).describe('Weight of false positives. 1 for both is Jaccard, 0.5 for both Dice.'),
    beta: weight.default(1).describe('Weight of false negatives.'),
    gamma: z.number().min(1).default(1).describe('Exponent of each term.'),
    smooth: z.number().positive().default(0.001).describe('Added to numerator and denominator.'),
    log: z.boolean().default(false).describe('-log(score) in place of 1 - score.'),
    classes: z
      .enum(['present', 'all'])
      .default('present')
      .describe('Classes that the means count: those that the label (of the batch, or of the image) holds, or all.'),
    classWeights: classWeights('A factor for each class’s terms.'),
  })
  .refine(({ mIoUD, mIoUI, mIoUC }) => mIoUD + mIoUI + mIoUC > 0, {
    path: ['mIoUD'],
    message: 'one of mIoUD, mIoUI and mIoUC above 0',
  })
  .refine(({ alpha, beta }) => alpha + beta > 0, {
    path: ['alpha'],
    message: 'one of alpha and beta above 0: else no error costs anything',
  });
