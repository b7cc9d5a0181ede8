import { classWeights } from '@auto-seg-loss/ops';
import { z } from 'zod';

export interface FocalOptions {
  /** Exponent of 1 - p; 0 is cross-entropy. */
  readonly gamma: number;
  /** softmax: one term for each pixel. sigmoid: each class against the others, one term for each pixel and class. */
  readonly activation: 'softmax' | 'sigmoid';
  /** Sigmoid only: weight of a pixel's own class; that of the others is 1 - alpha. */
  readonly alpha?: number | undefined;
  readonly classWeights?: readonly number[] | undefined;
}

export const focalOptions: z.ZodType<FocalOptions> = z
  .strictObject({
    gamma: z.number().min(0).default(2).describe('Exponent of 1 - p; 0 is cross-entropy.'),
    activation: z
      .enum(['softmax', 'sigmoid'])
      .default('softmax')
      .describe('softmax: one term for each pixel. sigmoid: each class against the others, summed over classes.'),
    alpha: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe('With sigmoid: weight of a pixel’s own class; that of the others is 1 - alpha. Published: 0.25.'),
    classWeights: classWeights(
      'A factor for each class’s pixels (softmax) or terms (sigmoid). The mean stays over pixels.',
    ),
  })
  .refine(({ activation, alpha }) => activation === 'sigmoid' || alpha === undefined, {
    path: ['alpha'],
    message: 'only with "activation": "sigmoid"; with softmax use classWeights',
  });
