import { definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { type FocalOptions, focalOptions } from './options.ts';
import { sigmoidFocal } from './sigmoid-focal.ts';
import { softmaxFocal } from './softmax-focal.ts';

export const plugin: Plugin<'loss', FocalOptions> = definePlugin({
  kind: 'loss',
  name: 'focal',
  summary: 'Focal loss: cross-entropy that counts sure and right pixels little',
  options: focalOptions,
  create: (options) => (options.activation === 'softmax' ? softmaxFocal(options) : sigmoidFocal(options)),
});
export type { FocalOptions } from './options.ts';
