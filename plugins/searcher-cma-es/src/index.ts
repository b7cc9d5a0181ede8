import { definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { CmaEsSearcher } from './cma-es-searcher.ts';
import { type CmaEsOptions, cmaEsOptions } from './options.ts';

export const plugin: Plugin<'searcher', CmaEsOptions> = definePlugin({
  kind: 'searcher',
  name: 'cma-es',
  summary: 'CMA-ES: a normal distribution in the unit cube whose mean, step size and covariance are learned.',
  options: cmaEsOptions,
  create: (options) => ({
    name: 'cma-es',
    create: (space, random) => new CmaEsSearcher(options, space, random),
  }),
});

export { type CmaEsOptions, CmaEsSearcher };
