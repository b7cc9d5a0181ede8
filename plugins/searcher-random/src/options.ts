import { z } from 'zod';

/** Options of the random searcher. */
export interface RandomSearcherOptions {
  readonly rounds: number;
  readonly samples: number;
}

export const randomSearcherOptions: z.ZodType<RandomSearcherOptions> = z.strictObject({
  rounds: z.int().min(1).max(10_000).default(12).describe('Rounds of the whole search.'),
  samples: z.int().min(1).max(10_000).default(32).describe('Candidates tried in a round.'),
});
