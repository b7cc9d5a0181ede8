import { definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { type RegionOptions, regionOptions } from '@auto-seg-loss/ops';
import { jaccard } from './jaccard.ts';

export type JaccardOptions = RegionOptions;

export const plugin: Plugin<'loss', JaccardOptions> = definePlugin({
  kind: 'loss',
  name: 'jaccard',
  summary: 'Soft Jaccard (IoU) loss: overlap relative to the union of prediction and label',
  options: regionOptions({}),
  create: jaccard,
});
