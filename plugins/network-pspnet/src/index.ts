import { pretraining } from '@auto-seg-loss/backbones';
import { definePlugin, type Plugin } from '@auto-seg-loss/kernel';
import { type PspnetOptions, pspnetOptions } from './options.ts';
import { pspnet } from './pspnet.ts';

export type { PspnetOptions } from './options.ts';
export { pspnet } from './pspnet.ts';
export const plugin: Plugin<'network', PspnetOptions> = definePlugin({
  kind: 'network',
  name: 'pspnet',
  summary: 'PSPNet with a ResNet, MobileNetV2 or EfficientNet-Lite0 as its encoder',
  options: pspnetOptions,
  create: async (options, context) => pspnet(options, await pretraining(options, context)),
});
