import { inTurn, type Layers } from '@auto-seg-loss/backbones';
import { resizeBilinear } from '@auto-seg-loss/ops';
import { concat, type Tensor4D } from '@tensorflow/tfjs-core';
import { convolutionBlock } from './convolution-block.ts';

interface DecoderShape {
  /** Channels of the pyramid's features, and of those at stride 4. */
  readonly from: number;
  readonly low: number;
  /** Channels that it makes of the latter. */
  readonly skip: number;
  readonly channels: number;
  readonly separable: boolean;
}

/** Logits at stride 4. */
export type Decoder = (deep: Tensor4D, low: Tensor4D, training: boolean) => Tensor4D;

/** DeepLabv3+'s decoder: the pyramid's features beside those at stride 4, two 3×3 convolutions, and the classifier. */
export function decoder(layers: Layers, classes: number, shape: DecoderShape): Decoder {
  const { from, low: lowChannels, skip: skipChannels, channels, separable } = shape;
  const skip = inTurn([
    layers.convolution('skip.0', { from: lowChannels, to: skipChannels, size: 1 }),
    layers.norm('skip.1', skipChannels, true),
  ]);
  const inside = layers.within('decoder.');
  const decode = inTurn([
    convolutionBlock(inside, 0, { from: from + skipChannels, to: channels, separable }),
    convolutionBlock(inside, separable ? 6 : 3, { from: channels, to: channels, separable }),
  ]);
  const classify = layers.classifier('classifier', channels, classes);
  return (deep, low, training) => {
    const [, height, width] = low.shape;
    const upsampled = resizeBilinear(deep, [height, width]);
    return classify(decode(concat([upsampled, skip(low, training)], 3), training), training);
  };
}
