import { pretraining } from '@auto-seg-loss/backbones';
import { definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { deeplabv3plus } from './deeplabv3plus.ts';
import { type Deeplabv3plusOptions, deeplabv3plusOptions } from './options.ts';

export { deeplabv3plus } from './deeplabv3plus.ts';
export type { Deeplabv3plusOptions } from './options.ts';
export const plugin: Plugin<'network', Deeplabv3plusOptions> = definePlugin({
  kind: 'network',
  name: 'deeplabv3plus',
  summary: 'DeepLabv3+ with a ResNet, MobileNetV2 or EfficientNet-Lite0 as its encoder',
  options: deeplabv3plusOptions,
  create: async (options, context) => deeplabv3plus(options, await pretraining(options, context)),
});
