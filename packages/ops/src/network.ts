import type { Random } from '@auto-seg-loss/kernel';
import { add, mul, type Scalar, type Tensor4D, type Variable } from '@tensorflow/tfjs-core';

/** A trained variable. */
export interface Parameter {
  /** Unique within the network and stable: checkpoints find it by this. */
  readonly name: string;
  readonly variable: Variable;
  /** Whether weight decay applies (convolution filters, not biases or batch norm). */
  readonly decay: boolean;
  /** Its learning rate relative to the training's; default 1. */
  readonly rate?: number;
}

/** Logits [n, h, w, c] at the size of the images, and what their loss counts. */
export interface WeightedLogits {
  readonly logits: Tensor4D;
  readonly weight: number;
}

/** A segmentation network with its variables, which it owns until `dispose`. */
export interface Network {
  readonly parameters: readonly Parameter[];
  /** What is saved in checkpoints and not trained: moving averages of batch norm, weights that are frozen. */
  readonly statistics: readonly { readonly name: string; readonly variable: Variable }[];
  /**
   * @param images [n, h, w, 3] float32, normalised.
   * @param training batch statistics and their update (true), or the moving averages (false).
   * @returns logits [n, h, w, c] at the size of the images.
   */
  forward(images: Tensor4D, training: boolean): Tensor4D;
  /**
   * As `forward` in training, first of all with weight 1, and the logits of heads that only training has: the loss is the
   * weighted sum of all. Missing where there are none.
   * @param images as for `forward`.
   */
  readonly trainingLogits?: ((images: Tensor4D) => readonly WeightedLogits[]) | undefined;
  /** The network cut behind its encoder, for those that have one: what the encoder made of an image can be kept. */
  readonly halves?: NetworkHalves | undefined;
  dispose(): void;
}

/** A network's encoder and what comes after it. */
export interface NetworkHalves {
  /** Whether a parameter or statistic, by its name, is the encoder's. */
  readonly isOfEncoder: (name: string) => boolean;
  /**
   * The features that the rest of the network sees, with the moving averages of batch norm.
   * @param images [n, h, w, 3], as for `Network.forward`.
   * @returns each [n, h / stride, w / stride, c], strides rising.
   */
  encode(images: Tensor4D): readonly Tensor4D[];
  /**
   * `Network.forward` from there on.
   * @param features as `encode` gives them. @param size of the images. @returns logits [n, h, w, c].
   */
  forward(features: readonly Tensor4D[], size: readonly [height: number, width: number], training: boolean): Tensor4D;
  /** `Network.trainingLogits` from there on: those of all heads. @param features and `size` as for `forward`. */
  trainingLogits(
    features: readonly Tensor4D[],
    size: readonly [height: number, width: number],
  ): readonly WeightedLogits[];
}

/** The logits that a network is trained by: its own, and those of its auxiliary heads. @param images as for `Network.forward`. */
export function trainingLogits(network: Network, images: Tensor4D): readonly WeightedLogits[] {
  return network.trainingLogits?.(images) ?? [{ logits: network.forward(images, true), weight: 1 }];
}

/**
 * The loss that a network is trained with: that of its logits, and of those of its auxiliary heads, by their weights.
 * @param loss of logits [n, h, w, c].
 */
export function weightedLoss(heads: readonly WeightedLogits[], loss: (logits: Tensor4D) => Scalar): Scalar {
  return heads
    .map(({ logits, weight }): Scalar => (weight === 1 ? loss(logits) : mul(loss(logits), weight)))
    .reduce((total, each): Scalar => add(total, each));
}

/** `weightedLoss` of all that a network is trained by on images; differentiable by its variables. @param images as for `Network.forward`. */
export function trainingLoss(network: Network, images: Tensor4D, loss: (logits: Tensor4D) => Scalar): Scalar {
  return weightedLoss(trainingLogits(network, images), loss);
}

/** What is taken from each of an image's values, and what they are then divided by; by channel (RGB), of values in [0, 255]. */
export interface Normalization {
  readonly mean: readonly [red: number, green: number, blue: number];
  readonly deviation: readonly [red: number, green: number, blue: number];
}

/** Weights that others trained. */
export interface ArchitectureWeights {
  /** As the config names them. */
  readonly source: string;
  /** Of the file: other weights are another network. */
  readonly sha256: string;
  /** What of the file was taken, and what was left over, in a sentence. */
  readonly report: string;
}

/** What a network plugin makes: an architecture, of which any number of networks can be built. */
export interface Architecture {
  readonly name: string;
  /** How its images are normalised; missing where it is by the mean and deviation of ImageNet's images. */
  readonly normalization?: Normalization | undefined;
  /** Those that its networks begin with, where these are not fresh. */
  readonly weights?: ArchitectureWeights | undefined;
  /** @param random initial weights; the same stream gives the same network. */
  build(classes: number, random: Random): Network;
}

declare module '@auto-seg-loss/kernel' {
  interface PluginProducts {
    network: Architecture;
  }
}
