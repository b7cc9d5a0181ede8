import { definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { type TverskyOptions, tverskyOptions } from './options.ts';
import { tversky } from './tversky.ts';

export const plugin: Plugin<'loss', TverskyOptions> = definePlugin({
  kind: 'loss',
  name: 'tversky',
  summary: 'Tversky loss: false positives and false negatives weighted apart; with an exponent, focal Tversky',
  options: tverskyOptions,
  create: tversky,
});
export type { TverskyOptions } from './options.ts';
