import { z } from 'zod';

export interface LovaszOptions {
  /** Classes that the mean counts: those that the label (of the batch, or of the image) holds, or all. */
  readonly classes: 'present' | 'all';
  /** What pixels are sorted together. */
  readonly per: 'batch' | 'image';
}

export const lovaszOptions: z.ZodType<LovaszOptions> = z.strictObject({
  classes: z
    .enum(['present', 'all'])
    .default('present')
    .describe('Classes that the mean counts: those that the label holds, or all. An absent class costs its largest p.'),
  per: z
    .enum(['batch', 'image'])
    .default('batch')
    .describe(
      'The Jaccard index that is extended: that of the whole batch, or of each image, and then the mean of images.',
    ),
});
