import type { Random } from '@auto-seg-loss/kernel';
import { type Architecture, type Network, resizeBilinear, type WeightedLogits } from '@auto-seg-loss/ops';
import { type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import type { Backbone } from './backbone.ts';
import type { BackboneOptions } from './backbone-options.ts';
import { inTurn, Layers } from './layers.ts';
import { makeBackbone } from './make-backbone.ts';
import type { Pretraining } from './pretrained.ts';
import { loadStateDict } from './state-dict.ts';

/** The options of a network that do not depend on its head. */
export interface SegmentationOptions extends BackboneOptions {
  /** What the loss of the head on the third stage's features counts in training; 0: there is none. */
  readonly auxiliaryWeight: number;
  /** Learning rate of everything but the encoder, relative to the training's. */
  readonly headRate: number;
}

/** One of an encoder's four stages. */
export type Stage = 0 | 1 | 2 | 3;

/** What makes logits of an encoder's features. */
export interface Head {
  /** Of which stages, rising. */
  readonly stages: readonly Stage[];
  /** @param features of its stages, in their order. @returns logits [n, h, w, classes], of any size. */
  readonly logits: (features: readonly Tensor4D[], training: boolean) => Tensor4D;
}

export interface SegmentationParts {
  readonly options: SegmentationOptions;
  readonly classes: number;
  readonly random: Random;
  /** What the encoder begins with. */
  readonly pretraining?: Pretraining;
  /** @param layers where the head's variables go. */
  readonly head: (backbone: Backbone, layers: Layers) => Head;
}

const ENCODER = 'backbone.';
type Side = readonly [height: number, width: number];

/**
 * A network of an encoder, whose variables are named `backbone.…`, a head, and, where its loss counts, an auxiliary head `aux_classifier.…`
 * on the third stage's features, which training alone has. Logits are resized bilinearly to the size of the images.
 */
export function segmentationNetwork(parts: SegmentationParts): Network {
  const { options, classes, random, head, pretraining } = parts;
  const { auxiliaryWeight, headRate, freeze, batchNorm } = options;
  const layers = new Layers(random);
  const backbone = makeBackbone(options, layers.within(ENCODER));
  if (pretraining?.weights !== undefined) begin(layers, pretraining.weights);
  const own = layers.within('', { rate: headRate });
  const main = head(backbone, own);
  const heads = [{ ...main, weight: 1 }];
  if (auxiliaryWeight > 0) {
    heads.push({ ...auxiliaryHead(own, backbone.channels[2], classes), weight: auxiliaryWeight });
  }
  const averages = freeze === 'backbone' || batchNorm === 'frozen';
  const isOfEncoder = (name: string): boolean => name.startsWith(ENCODER);
  const isFrozen = (name: string): boolean => freeze === 'backbone' && isOfEncoder(name);
  const stages = ([0, 1, 2, 3] as const).filter((stage) => heads.some((each) => each.stages.includes(stage)));

  const encode = (images: Tensor4D, training: boolean): readonly Tensor4D[] => {
    const features = backbone.forward(images, training && !averages);
    return stages.map((stage) => features[stage]);
  };
  const decode = ({ stages: wanted, logits }: Head, features: readonly Tensor4D[], size: Side, training: boolean) =>
    resizeBilinear(
      logits(
        wanted.map((stage) => features[stages.indexOf(stage)] as Tensor4D),
        training,
      ),
      size,
    );
  const allHeads = (features: readonly Tensor4D[], size: Side): readonly WeightedLogits[] =>
    heads.map((each) => ({ logits: decode(each, features, size, true), weight: each.weight }));
  const sizeOf = ({ shape }: Tensor4D): Side => [shape[1], shape[2]];
  const forward = (images: Tensor4D, training: boolean): Tensor4D =>
    tidy(() => decode(main, encode(images, training), sizeOf(images), training));
  const trainingLogits = (images: Tensor4D): readonly WeightedLogits[] => {
    return tidyHeads(() => allHeads(encode(images, true), sizeOf(images)));
  };
  return {
    parameters: layers.parameters.filter(({ name }) => !isFrozen(name)),
    statistics: [...layers.statistics, ...layers.parameters.filter(({ name }) => isFrozen(name))],
    forward,
    ...(heads.length === 1 ? {} : { trainingLogits }),
    halves: {
      isOfEncoder,
      encode: (images) => tidy(() => encode(images, false) as Tensor4D[]),
      forward: (features, size, training) => tidy(() => decode(main, features, size, training)),
      trainingLogits: (features, size) => tidyHeads(() => allHeads(features, size)),
    },
    dispose: () => layers.dispose(),
  };
}

/**
 * The architecture of such networks.
 * @param parts.pretraining as `pretraining` reads it: what the encoders begin with. @param parts.head as in `SegmentationParts`.
 */
export function segmentationArchitecture(parts: {
  readonly name: string;
  readonly options: SegmentationOptions;
  readonly pretraining: Pretraining;
  readonly head: (backbone: Backbone, layers: Layers, classes: number) => Head;
}): Architecture {
  const { name, options, pretraining, head } = parts;
  return {
    name,
    normalization: pretraining.normalization,
    weights: pretraining.weights,
    build: (classes, random) =>
      segmentationNetwork({
        options,
        classes,
        random,
        pretraining,
        head: (backbone, layers) => head(backbone, layers, classes),
      }),
  };
}

/** @throws Error where names or shapes of the two packages that know this encoder are not the same. */
function begin(layers: Layers, { stateDict }: NonNullable<Pretraining['weights']>): void {
  const { missing, mismatched } = loadStateDict(layers, stateDict, ENCODER);
  if (missing.length + mismatched.length > 0) {
    layers.dispose();
    throw new Error(`the encoder has no weights for ${[...missing, ...mismatched.map(({ name }) => name)][0]}`);
  }
}

/** Disposes what was made on the way to them. */
function tidyHeads(make: () => readonly WeightedLogits[]): readonly WeightedLogits[] {
  let heads: readonly WeightedLogits[] = [];
  const kept = tidy(() => {
    heads = make();
    return heads.map(({ logits }) => logits);
  });
  return heads.map(({ weight }, index) => ({ logits: kept[index] as Tensor4D, weight }));
}

/** torchvision's FCNHead, without dropout. */
function auxiliaryHead(layers: Layers, from: number, classes: number): Head {
  const channels = Math.ceil(from / 4);
  const classify = inTurn([
    layers.convolution('aux_classifier.0', { from, to: channels, size: 3 }),
    layers.norm('aux_classifier.1', channels, true),
    layers.classifier('aux_classifier.4', channels, classes),
  ]);
  return { stages: [2], logits: ([features], training) => classify(features as Tensor4D, training) };
}
