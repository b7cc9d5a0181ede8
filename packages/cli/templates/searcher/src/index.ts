import { definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { z } from 'zod';
import { TemplateNameSearcher } from './searcher.ts';

export interface TemplateNameOptions {
  readonly rounds: number;
  readonly samples: number;
  /** Standard deviation of a step. */
  readonly sigma: number;
}

const options: z.ZodType<TemplateNameOptions> = z.strictObject({
  rounds: z.int().min(1).max(10_000).default(12).describe('Rounds of the whole search.'),
  samples: z.int().min(1).max(10_000).default(16).describe('Candidates tried in a round.'),
  sigma: z.number().gt(0).max(1).default(0.15).describe('Standard deviation of a step away from the best point.'),
});

export const plugin: Plugin<'searcher', TemplateNameOptions> = definePlugin({
  kind: 'searcher',
  name: 'template-name',
  summary: 'One line for asl plugins',
  options,
  create: (given) => ({
    name: 'template-name',
    create: (space, random) => new TemplateNameSearcher(given, space, random),
  }),
});
