import { definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { lovasz } from './lovasz.ts';
import { type LovaszOptions, lovaszOptions } from './options.ts';

export const plugin: Plugin<'loss', LovaszOptions> = definePlugin({
  kind: 'loss',
  name: 'lovasz',
  summary: 'Lovász-softmax: the convex extension of the Jaccard loss',
  options: lovaszOptions,
  create: lovasz,
});
export type { LovaszOptions } from './options.ts';
