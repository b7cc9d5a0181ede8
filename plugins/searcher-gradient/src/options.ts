import { z } from 'zod';

/** Options of the gradient searcher. */
export interface GradientSearcherOptions {
  readonly passes: number;
  readonly samples: number;
  readonly every: number;
  readonly learningRate: number;
  readonly spread: number;
}

export const gradientSearcherOptions: z.ZodType<GradientSearcherOptions> = z.strictObject({
  passes: z
    .int()
    .min(1)
    .max(1000)
    .default(2)
    .describe('How often θ is learned and what came of it is tried: two rounds each time.'),
  samples: z.int().min(1).max(1000).default(2).describe('Points that are learned side by side in a pass.'),
  every: z.int().min(1).max(10_000).default(2).describe('Iterations of the network from one step of θ to the next.'),
  learningRate: z.number().gt(0).max(10).default(0.1).describe('Of Adam, for the logits of θ.'),
  spread: z
    .number()
    .min(0)
    .max(0.5)
    .default(0.1)
    .describe('Standard deviation of where all but the first point of a pass begin, around the best so far.'),
});
