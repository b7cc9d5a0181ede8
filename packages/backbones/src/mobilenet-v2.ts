import type { Backbone, OutputStride } from './backbone.ts';
import { type BlockNames, type Group, invertedResiduals } from './inverted-residuals.ts';
import type { Layers } from './layers.ts';

/** Sandler et al., CVPR 2018, table 2. */
const GROUPS: readonly Group[] = [
  { size: 3, expansion: 1, channels: 16, blocks: 1, stride: 1 },
  { size: 3, expansion: 6, channels: 24, blocks: 2, stride: 2 },
  { size: 3, expansion: 6, channels: 32, blocks: 3, stride: 2 },
  { size: 3, expansion: 6, channels: 64, blocks: 4, stride: 2 },
  { size: 3, expansion: 6, channels: 96, blocks: 3, stride: 1 },
  { size: 3, expansion: 6, channels: 160, blocks: 3, stride: 2 },
  { size: 3, expansion: 6, channels: 320, blocks: 1, stride: 1 },
];

/** MobileNetV2 as torchvision has it, under its names, without the last 1×1 convolution. */
export function mobileNetV2(layers: Layers, outputStride: OutputStride): Backbone {
  return invertedResiduals(
    { stem: ['features.0.0', 'features.0.1'], block: namesOf, groups: GROUPS },
    layers,
    outputStride,
  );
}

function namesOf(index: number, { expansion }: Group): BlockNames {
  const at = `features.${index + 1}.conv`;
  const first = expansion === 1 ? 0 : 1;
  return {
    expand: [`${at}.0.0`, `${at}.0.1`],
    depthwise: [`${at}.${first}.0`, `${at}.${first}.1`],
    project: [`${at}.${first + 1}`, `${at}.${first + 2}`],
  };
}
