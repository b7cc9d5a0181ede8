import { definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { deeplabLite } from './deeplab-lite.ts';
import { type DeeplabLiteOptions, deeplabLiteOptions } from './options.ts';

export { deeplabLite } from './deeplab-lite.ts';
export type { DeeplabLiteOptions } from './options.ts';
export const plugin: Plugin<'network', DeeplabLiteOptions> = definePlugin({
  kind: 'network',
  name: 'deeplab-lite',
  summary: 'A small DeepLabv3+: strided encoder, atrous pyramid, low-level skip',
  options: deeplabLiteOptions,
  create: (options) => deeplabLite(options),
});
