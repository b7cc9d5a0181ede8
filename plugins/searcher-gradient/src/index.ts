import { definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { GradientSearcher } from './gradient-searcher.ts';
import { type GradientSearcherOptions, gradientSearcherOptions } from './options.ts';

export const plugin: Plugin<'searcher', GradientSearcherOptions> = definePlugin({
  kind: 'searcher',
  name: 'gradient',
  summary: 'Bilevel search: curves are learned by gradients while a network is trained, in the cost of a few trainings',
  options: gradientSearcherOptions,
  create: (options) => ({
    name: 'gradient',
    create: (space, random) => new GradientSearcher(options, space, random),
  }),
});

export { GradientSearcher, type GradientSearcherOptions };
