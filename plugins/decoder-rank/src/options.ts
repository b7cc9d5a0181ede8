import { z } from 'zod';

export interface RankOptions {
  /** The metric whose expected value, image by image, each class is to have the most of. */
  readonly for: 'iou' | 'dice';
  /** A class whose largest probability in an image is not above this is left out of the image. */
  readonly pruning: number;
}

export const rankOptions: z.ZodType<RankOptions> = z.strictObject({
  for: z
    .enum(['iou', 'dice'])
    .default('iou')
    .describe('The metric whose expected value each class is to have the most of in each image.'),
  pruning: z
    .number()
    .min(0)
    .max(1)
    .default(0.5)
    .describe('A class whose largest probability in an image is not above this is left out of the image.'),
});
