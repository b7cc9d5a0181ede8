import { z } from 'zod';

export interface CrossEntropyOptions {
  /** One for each class, 0 or above; without them all count alike. */
  readonly classWeights?: readonly number[];
  /** Share of the target that is spread evenly over all classes, 0 to below 1. */
  readonly labelSmoothing: number;
}

export const crossEntropyOptions: z.ZodType<CrossEntropyOptions> = z.strictObject({
  classWeights: z
    .array(z.number().min(0))
    .min(1)
    .refine((weights) => weights.some((weight) => weight > 0), 'at least one weight above 0')
    .exactOptional()
    .describe('A weight for each class. The loss is the weighted mean over pixels, as in PyTorch.'),
  labelSmoothing: z
    .number()
    .min(0)
    .lt(1)
    .default(0)
    .describe('Share of the target that is spread evenly over all classes.'),
});
