import { type RegionOptions, regionOptions } from '@auto-seg-loss/ops';
import { z } from 'zod';

export interface TverskyOptions extends RegionOptions {
  /** Weight of false positives. */
  readonly alpha: number;
  /** Weight of false negatives. */
  readonly beta: number;
  /** Exponent of each class's loss. */
  readonly gamma: number;
}

const fields = regionOptions<Omit<TverskyOptions, keyof RegionOptions>>({
  alpha: z
    .number()
    .min(0)
    .default(0.3)
    .describe('Weight of false positives. 0.5 for both is Dice, 1 for both Jaccard.'),
  beta: z.number().min(0).default(0.7).describe('Weight of false negatives.'),
  gamma: z
    .number()
    .positive()
    .default(1)
    .describe('Exponent of each class’s loss. Focal Tversky: 0.75 (there written 1/γ with γ = 4/3).'),
});

export const tverskyOptions: z.ZodType<TverskyOptions> = fields.refine(({ alpha, beta }) => alpha + beta > 0, {
  path: ['alpha'],
  message: 'one of alpha and beta above 0: else no error costs anything',
});
