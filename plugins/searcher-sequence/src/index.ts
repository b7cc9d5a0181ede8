import { definePlugin, type Json, type Plugin } from '@auto-seg-loss/kernel';
import { z } from 'zod';
import { SequenceSearcher } from './sequence-searcher.ts';

/** A searcher by name, with its options. */
export interface SequencePart {
  readonly use: string;
  readonly [option: string]: Json;
}

export interface SequenceOptions {
  readonly searchers: readonly SequencePart[];
}

const part = z.looseObject({
  use: z.string().min(1).describe('Searcher plugin, package name, or a path that starts with "./".'),
}) as z.ZodType<SequencePart>;

const options: z.ZodType<SequenceOptions> = z.strictObject({
  searchers: z.array(part).min(1).describe('The searchers in their order, each with its own options.'),
});

export const plugin: Plugin<'searcher', SequenceOptions> = definePlugin({
  kind: 'searcher',
  name: 'sequence',
  summary: 'Searchers one after the other, each starting where the one before ended',
  options,
  example: { searchers: [{ use: 'gradient' }, { use: 'ppo', rounds: 4, samples: 8 }] },
  parts: { option: 'searchers', own: [] },
  create: (_options, _context, made = []) => ({
    name: 'sequence',
    create: (space, random) => new SequenceSearcher(made, space, random),
  }),
});

export { SequenceSearcher };
