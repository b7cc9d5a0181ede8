import { z } from 'zod';

/** Options of the CMA-ES searcher. */
export interface CmaEsOptions {
  readonly rounds: number;
  /** null: 4 + ⌊3 ln d⌋ for d dimensions. */
  readonly samples: number | null;
  readonly sigma: number;
  readonly preselection: number;
  /** Absent: one. It has no default, so that losses that were found before say what they said. */
  readonly scales?: 'one' | 'each';
}

export const cmaEsOptions: z.ZodType<CmaEsOptions> = z.strictObject({
  rounds: z.int().min(1).max(10_000).default(12).describe('Rounds of the whole search.'),
  samples: z
    .int()
    .min(2)
    .max(10_000)
    .nullable()
    .default(null)
    .describe("Candidates tried in a round; null is the published 4 + ⌊3 ln d⌋ for the search's d parameters."),
  sigma: z
    .number()
    .min(0.001)
    .max(1)
    .default(0.2)
    .describe('Standard deviation of the first round before it is cut to [0, 1]; it is adapted from then on.'),
  preselection: z
    .int()
    .min(1)
    .max(1000)
    .default(1)
    .describe(
      'Points drawn for each that is trained: the one that promises most, by a Gaussian process fitted to the trials so far. 1 trains all.',
    ),
  scales: z
    .enum(['one', 'each'])
    .exactOptional()
    .describe(
      'Length scales of the Gaussian process: one for all parameters (so without this option), or one for each, which are learned; it then says what the search recommends, too. With priors always each.',
    ),
});
