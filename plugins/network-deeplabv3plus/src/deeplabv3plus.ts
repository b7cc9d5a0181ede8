import { type Pretraining, segmentationArchitecture } from '@auto-seg-loss/backbones';
import type { Architecture } from '@auto-seg-loss/ops';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { decoder } from './decoder.ts';
import type { Deeplabv3plusOptions } from './options.ts';
import { pyramid } from './pyramid.ts';

/**
 * DeepLabv3+ (Chen et al., ECCV 2018): an encoder that dilates in place of its last steps, an atrous pyramid with image pooling, and a
 * decoder that joins the encoder's features at a quarter of the size.
 * @param pretraining as `pretraining` reads it; fresh weights without it.
 */
export function deeplabv3plus(options: Deeplabv3plusOptions, pretraining: Pretraining = {}): Architecture {
  const { pyramidChannels, rates, separable, skipChannels, decoderChannels } = options;
  return segmentationArchitecture({
    name: 'deeplabv3plus',
    options,
    pretraining,
    head: ({ channels }, layers, classes) => {
      const [low, , , deep] = channels;
      const aspp = pyramid(layers.within('aspp.'), { from: deep, channels: pyramidChannels, rates, separable });
      const decode = decoder(layers, classes, {
        from: pyramidChannels,
        low,
        skip: skipChannels,
        channels: decoderChannels,
        separable,
      });
      return {
        stages: [0, 3],
        logits: ([fine, coarse], training) => decode(aspp(coarse as Tensor4D, training), fine as Tensor4D, training),
      };
    },
  });
}
