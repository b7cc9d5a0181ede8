import type { Random } from '@auto-seg-loss/kernel';
import { type Network, resizeBilinear, type WeightedLogits } from '@auto-seg-loss/ops';
import { type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import type { Backbone, Features } from './backbone.ts';
import type { BackboneOptions } from './backbone-options.ts';
import { inTurn, type Layer, Layers } from './layers.ts';
import { makeBackbone } from './make-backbone.ts';

/** The options of a network that do not depend on its head. */
export interface SegmentationOptions extends BackboneOptions {
  /** What the loss of the head on the third stage's features counts in training; 0: there is none. */
  readonly auxiliaryWeight: number;
  /** Learning rate of everything but the encoder, relative to the training's. */
  readonly headRate: number;
}

/** What makes logits [n, h, w, classes], of any size, of an encoder's features. */
export type Head = (features: Features, training: boolean) => Tensor4D;

export interface SegmentationParts {
  readonly options: SegmentationOptions;
  readonly classes: number;
  readonly random: Random;
  /** @param layers where the head's variables go. */
  readonly head: (backbone: Backbone, layers: Layers) => Head;
}

/**
 * A network of an encoder, whose variables are named `backbone.…`, a head, and, where its loss counts, an auxiliary head `aux_classifier.…`
 * on the third stage's features, which training alone has. Logits are resized bilinearly to the size of the images.
 */
export function segmentationNetwork({ options, classes, random, head }: SegmentationParts): Network {
  const { auxiliaryWeight, headRate } = options;
  const layers = new Layers(random);
  const backbone = makeBackbone(options, layers.within('backbone.'));
  const own = layers.within('', { rate: headRate });
  const main = head(backbone, own);
  const auxiliary = auxiliaryWeight > 0 ? auxiliaryHead(own, backbone.channels[2], classes) : undefined;

  const sized = (logits: Tensor4D, images: Tensor4D): Tensor4D =>
    resizeBilinear(logits, [images.shape[1], images.shape[2]]);
  const both = (images: Tensor4D, side: Layer): Tensor4D[] => {
    const features = backbone.forward(images, true);
    return [main(features, true), side(features[2], true)].map((logits) => sized(logits, images));
  };
  const trainingLogits = (images: Tensor4D, side: Layer): readonly WeightedLogits[] => {
    const [logits, others] = tidy(() => both(images, side)) as [Tensor4D, Tensor4D];
    return [
      { logits, weight: 1 },
      { logits: others, weight: auxiliaryWeight },
    ];
  };
  return {
    parameters: layers.parameters,
    statistics: layers.statistics,
    forward: (images, training) => tidy(() => sized(main(backbone.forward(images, training), training), images)),
    ...(auxiliary === undefined ? {} : { trainingLogits: (images) => trainingLogits(images, auxiliary) }),
    dispose: () => layers.dispose(),
  };
}

/** torchvision's FCNHead, without dropout. */
function auxiliaryHead(layers: Layers, from: number, classes: number): Layer {
  const channels = Math.ceil(from / 4);
  return inTurn([
    layers.convolution('aux_classifier.0', { from, to: channels, size: 3 }),
    layers.norm('aux_classifier.1', channels, true),
    layers.classifier('aux_classifier.4', channels, classes),
  ]);
}
