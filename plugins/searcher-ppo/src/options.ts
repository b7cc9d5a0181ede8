import { z } from 'zod';

/** Options of the PPO searcher; the defaults are the published code's. */
export interface PpoOptions {
  readonly rounds: number;
  readonly samples: number;
  readonly learningRate: number;
  readonly sigma: number;
  readonly clip: number;
  readonly updates: number;
  readonly baseline: 'mu' | 'mean';
}

export const ppoOptions: z.ZodType<PpoOptions> = z.strictObject({
  rounds: z
    .int()
    .min(1)
    .max(10_000)
    .default(12)
    .describe('Rounds of the whole search (12 in the published code, 20 in the paper).'),
  samples: z.int().min(2).max(10_000).default(32).describe('Candidates tried in a round.'),
  learningRate: z
    .number()
    .positive()
    .max(10)
    .default(0.2)
    .describe("Adam's step for the logits of the policy's means."),
  sigma: z
    .number()
    .min(0.01)
    .max(100)
    .default(0.2)
    .describe('Standard deviation of the policy before it is cut to [0, 1]; fixed.'),
  clip: z
    .number()
    .positive()
    .lt(1)
    .default(0.2)
    .describe('How far the ratio of densities may leave 1 before it stops to count.'),
  updates: z.int().min(1).max(10_000).default(60).describe('Gradient steps on the policy after each round.'),
  baseline: z
    .enum(['mu', 'mean'])
    .default('mu')
    .describe(
      "What rewards are compared with: that of the policy's mean, which is then the round's first candidate, or the round's average.",
    ),
});
