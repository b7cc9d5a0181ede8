import { definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { type PpoOptions, ppoOptions } from './options.ts';
import { PpoSearcher } from './ppo-searcher.ts';

export const plugin: Plugin<'searcher', PpoOptions> = definePlugin({
  kind: 'searcher',
  name: 'ppo',
  summary: 'PPO with truncated normal policies, as in Auto Seg-Loss (ICLR 2021).',
  options: ppoOptions,
  create: (options) => ({
    name: 'ppo',
    create: (space, random) => new PpoSearcher(options, space, random),
  }),
});

export { type PpoOptions, PpoSearcher };
