import { type Decoder, definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { type RankOptions, rankOptions } from './options.ts';
import { rank } from './rank.ts';

export const plugin: Plugin<'decoder', RankOptions> = definePlugin({
  kind: 'decoder',
  name: 'rank',
  summary: 'As many of the most probable pixels of each class as its expected IoU or Dice is best with (RankSEG)',
  options: rankOptions,
  create: (options): Decoder => ({
    name: 'rank',
    needsProbabilities: true,
    decode: (probabilities, image) => rank(probabilities, image, options),
  }),
});
export type { RankOptions } from './options.ts';
