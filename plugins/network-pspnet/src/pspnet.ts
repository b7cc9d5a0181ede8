import { type Head, inTurn, type Layers, type Pretraining, segmentationArchitecture } from '@auto-seg-loss/backbones';
import { type Architecture, adaptiveAveragePool, resizeBilinear } from '@auto-seg-loss/ops';
import { concat, type Tensor4D } from '@tensorflow/tfjs-core';
import type { PspnetOptions } from './options.ts';

/** PSPNet (Zhao et al., CVPR 2017): the encoder's last features beside their means over grids of several sizes. @param pretraining as `pretraining` reads it. */
export function pspnet(options: PspnetOptions, pretraining: Pretraining = {}): Architecture {
  return segmentationArchitecture({
    name: 'pspnet',
    options,
    pretraining,
    head: ({ channels }, layers, classes) => pyramidPooling(layers, channels[3], classes, options),
  });
}

function pyramidPooling(
  layers: Layers,
  from: number,
  classes: number,
  { bins, pooledChannels, channels }: PspnetOptions,
): Head {
  const pools = bins.map((side, index) => ({
    side,
    narrow: inTurn([
      layers.convolution(`ppm.${index}.1`, { from, to: pooledChannels, size: 1 }),
      layers.norm(`ppm.${index}.2`, pooledChannels, true),
    ]),
  }));
  const join = inTurn([
    layers.convolution('bottleneck.0', { from: from + pooledChannels * bins.length, to: channels, size: 3 }),
    layers.norm('bottleneck.1', channels, true),
  ]);
  const classify = layers.classifier('classifier', channels, classes);
  const logits = (deep: Tensor4D, training: boolean): Tensor4D => {
    const [, height, width] = deep.shape;
    const means = pools.map(({ side, narrow }) =>
      resizeBilinear(narrow(adaptiveAveragePool(deep, side), training), [height, width]),
    );
    return classify(join(concat([deep, ...means], 3), training), training);
  };
  return { stages: [3], logits: ([features], training) => logits(features as Tensor4D, training) };
}
