import { type Decoder, definePlugin, mostProbable, noOptions, type Plugin } from '@auto-seg-loss/kernel';

export const plugin: Plugin<'decoder', Record<string, never>> = definePlugin({
  kind: 'decoder',
  name: 'argmax',
  summary: 'The most probable class of each pixel: best for pixel accuracy',
  options: noOptions,
  create: (): Decoder => mostProbable,
});
