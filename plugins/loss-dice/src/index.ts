import { definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { dice } from './dice.ts';
import { type DiceOptions, diceOptions } from './options.ts';

export const plugin: Plugin<'loss', DiceOptions> = definePlugin({
  kind: 'loss',
  name: 'dice',
  summary: 'Soft Dice loss: overlap relative to the sizes of prediction and label',
  options: diceOptions,
  create: dice,
});
export type { DiceOptions } from './options.ts';
