import { definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { crossEntropy } from './cross-entropy.ts';
import { type CrossEntropyOptions, crossEntropyOptions } from './options.ts';

export const plugin: Plugin<'loss', CrossEntropyOptions> = definePlugin({
  kind: 'loss',
  name: 'cross-entropy',
  summary: 'Softmax cross-entropy, plain, class-weighted or with label smoothing',
  options: crossEntropyOptions,
  create: (options) => crossEntropy(options),
});
export { crossEntropy } from './cross-entropy.ts';
export type { CrossEntropyOptions } from './options.ts';
