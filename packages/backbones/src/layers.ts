import type { Random } from '@auto-seg-loss/kernel';
import { batchNorm, conv2d, depthwiseConv2d, type Parameter } from '@auto-seg-loss/ops';
import {
  add,
  ones,
  reshape,
  type Tensor,
  type Tensor4D,
  tensor,
  tidy,
  type Variable,
  variable,
  zeros,
} from '@tensorflow/tfjs-core';
import { freshFilter } from './fresh-filter.ts';

/** A layer with its variables bound. @param training as for `Network.forward`. */
export type Layer = (input: Tensor4D, training: boolean) => Tensor4D;

/** One layer after another. In evaluation, what a layer made is gone once the next has seen it: a whole image may be large. */
export function inTurn(layers: readonly Layer[]): Layer {
  return (input, training) =>
    layers.reduce((features, layer) => {
      if (training) return layer(features, training);
      const next = tidy(() => layer(features, training));
      if (features !== input && features !== next) features.dispose();
      return next;
    }, input);
}

export interface FilterShape {
  /** Channels. */
  readonly from: number;
  readonly to: number;
  /** Side of the filter: odd. */
  readonly size: number;
  /** Default 1. */
  readonly stride?: number;
  /** Default 1; not together with a stride. */
  readonly dilation?: number;
  /** As in `Conv2dOptions`: for images. */
  readonly constantInput?: boolean;
}

/** What a part of a network has in common. */
export interface LayerSettings {
  /** Of batch norm: weight of the newest batch in the moving averages, and what is added to the variance. */
  readonly norm: { readonly momentum: number; readonly epsilon: number };
  /** As in `Conv2dOptions`. */
  readonly padding: 'same' | 'symmetric';
  /** Learning rate relative to the training's. */
  readonly rate: number;
}

/** PyTorch's. */
const SETTINGS: LayerSettings = { norm: { momentum: 0.1, epsilon: 1e-5 }, padding: 'symmetric', rate: 1 };

/** Makes layers under PyTorch's names, and keeps their variables. */
export class Layers {
  readonly parameters: Parameter[];
  readonly statistics: { readonly name: string; readonly variable: Variable }[];
  readonly #random: Random;
  readonly #prefix: string;
  readonly #settings: LayerSettings;

  /** @param random a layer's fresh weights depend on it and the layer's name alone. */
  constructor(random: Random, settings: LayerSettings = SETTINGS, prefix: string = '', owner?: Layers) {
    this.#random = random;
    this.#settings = settings;
    this.#prefix = prefix;
    this.parameters = owner?.parameters ?? [];
    this.statistics = owner?.statistics ?? [];
  }

  /** The same network's layers under a prefix, with other settings for them. */
  within(prefix: string, changes: Partial<LayerSettings> = {}): Layers {
    return new Layers(this.#random, { ...this.#settings, ...changes }, `${this.#prefix}${prefix}`, this);
  }

  /** Convolution without bias. */
  convolution(name: string, shape: FilterShape): Layer {
    const { from, to, size, stride = 1, dilation = 1, constantInput = false } = shape;
    const filter = this.#filter(name, [size, size, from, to]);
    const { padding } = this.#settings;
    return (input) => conv2d(input, filter as Tensor4D, { stride, dilation, padding, constantInput });
  }

  /** A convolution of each channel by itself. */
  depthwise(name: string, { channels, size, stride = 1, dilation = 1 }: DepthwiseShape): Layer {
    // PyTorch's [channels, 1, rows, columns], with the axes in this project's order.
    const filter = this.#filter(name, [size, size, 1, channels]);
    const { padding } = this.#settings;
    return (input) =>
      depthwiseConv2d(input, reshape(filter, [size, size, channels, 1]) as Tensor4D, { stride, dilation, padding });
  }

  /** Batch norm, and what its result goes through. */
  norm(name: string, channels: number, relu: boolean | 6): Layer {
    const gamma = this.#parameter(`${name}.weight`, () => ones([channels]), false);
    const beta = this.#parameter(`${name}.bias`, () => zeros([channels]), false);
    const mean = this.#statistic(`${name}.running_mean`, () => zeros([channels]));
    const variance = this.#statistic(`${name}.running_var`, () => ones([channels]));
    const { norm } = this.#settings;
    return (input, training) => batchNorm(input, { gamma, beta, mean, variance }, { training, ...norm, relu });
  }

  /** A 1×1 convolution with bias that begins near 0: the logits of classes. */
  classifier(name: string, from: number, classes: number): Layer {
    const random = this.#random.split(`${this.#prefix}${name}`);
    const values = Float32Array.from({ length: from * classes }, () => CLASSIFIER_DEVIATION * random.normal());
    const filter = this.#parameter(`${name}.weight`, () => tensor(values, [1, 1, from, classes]), true);
    const bias = this.#parameter(`${name}.bias`, () => zeros([classes]), false);
    return (input) => add(conv2d(input, filter as Tensor4D), bias);
  }

  /** The variable of a filter [rows, columns, in / groups, out], for layers that are not of the usual kind. */
  filter(name: string, { from, to, size }: FilterShape): Tensor4D {
    return this.#filter(name, [size, size, from, to]) as Tensor4D;
  }

  dispose(): void {
    for (const { variable: owned } of [...this.parameters, ...this.statistics]) owned.dispose();
  }

  #filter(name: string, shape: [number, number, number, number]): Variable {
    const values = freshFilter(shape, this.#random.split(`${this.#prefix}${name}`));
    return this.#parameter(`${name}.weight`, () => tensor(values, shape), true);
  }

  #parameter(name: string, initial: () => Tensor, decay: boolean): Variable {
    const made = own(initial, true);
    this.parameters.push({ name: `${this.#prefix}${name}`, variable: made, decay, rate: this.#settings.rate });
    return made;
  }

  #statistic(name: string, initial: () => Tensor): Variable {
    const made = own(initial, false);
    this.statistics.push({ name: `${this.#prefix}${name}`, variable: made });
    return made;
  }
}

export interface DepthwiseShape extends Omit<FilterShape, 'from' | 'to' | 'constantInput'> {
  readonly channels: number;
}

/** Of a classifier's fresh weights, as in mmsegmentation. */
const CLASSIFIER_DEVIATION = 0.01;

function own(initial: () => Tensor, trainable: boolean): Variable {
  return tidy(() => variable(initial(), trainable));
}
