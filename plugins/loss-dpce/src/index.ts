import { definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { dpce } from './dpce.ts';
import { type DpceOptions, dpceOptions } from './options.ts';

export const plugin: Plugin<'loss', DpceOptions> = definePlugin({
  kind: 'loss',
  name: 'dpce',
  summary: 'Distance-penalised cross-entropy: pixels near the label’s boundaries count more',
  options: dpceOptions,
  create: dpce,
});
export type { DpceOptions } from './options.ts';
