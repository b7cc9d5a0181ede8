import { definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { jdt } from './jdt.ts';
import { type JdtOptions, jdtOptions } from './options.ts';

export const plugin: Plugin<'loss', JdtOptions> = definePlugin({
  kind: 'loss',
  name: 'jdt',
  summary: 'JDTLoss: Jaccard, Dice or Tversky for mIoU over the data set, by image and by class',
  options: jdtOptions,
  create: jdt,
});
export type { JdtOptions } from './options.ts';
