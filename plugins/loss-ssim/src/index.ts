import { definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { type SsimOptions, ssimOptions } from './options.ts';
import { ssim } from './ssim.ts';

export const plugin: Plugin<'loss', SsimOptions> = definePlugin({
  kind: 'loss',
  name: 'ssim',
  summary: 'Structural similarity of probabilities and label in Gaussian windows',
  options: ssimOptions,
  create: ssim,
});
export type { SsimOptions } from './options.ts';
