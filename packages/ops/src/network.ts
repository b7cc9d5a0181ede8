import type { Random } from '@auto-seg-loss/kernel';
import type { Tensor4D, Variable } from '@tensorflow/tfjs-core';

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

/** A segmentation network with its variables, which it owns until `dispose`. */
export interface Network {
  readonly parameters: readonly Parameter[];
  /** Moving averages of batch norm: saved in checkpoints, not trained. */
  readonly statistics: readonly { readonly name: string; readonly variable: Variable }[];
  /**
   * @param images [n, h, w, 3] float32, normalised.
   * @param training batch statistics and their update (true), or the moving averages (false).
   * @returns logits [n, h, w, c] at the size of the images.
   */
  forward(images: Tensor4D, training: boolean): Tensor4D;
  dispose(): void;
}

/** What a network plugin makes: an architecture, of which any number of networks can be built. */
export interface Architecture {
  readonly name: string;
  /** @param random initial weights; the same stream gives the same network. */
  build(classes: number, random: Random): Network;
}

declare module '@auto-seg-loss/kernel' {
  interface PluginProducts {
    network: Architecture;
  }
}
