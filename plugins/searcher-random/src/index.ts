import { definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { type RandomSearcherOptions, randomSearcherOptions } from './options.ts';
import { RandomSearcher } from './random-searcher.ts';

export const plugin: Plugin<'searcher', RandomSearcherOptions> = definePlugin({
  kind: 'searcher',
  name: 'random',
  summary: 'Uniform random search in the unit cube; the first candidate is the straight line.',
  options: randomSearcherOptions,
  create: (options) => ({
    name: 'random',
    create: (space, random) => new RandomSearcher(options, space, random),
  }),
});

export { RandomSearcher, type RandomSearcherOptions };
