import type { Random } from '@auto-seg-loss/kernel';
import { batchNorm, conv2d, type Parameter } from '@auto-seg-loss/ops';
import {
  add,
  ones,
  type Tensor,
  type Tensor4D,
  tensor,
  tidy,
  type Variable,
  variable,
  zeros,
} from '@tensorflow/tfjs-core';

/** A layer with its variables bound; `training` as for `Network.forward`. */
export type Layer = (input: Tensor4D, training: boolean) => Tensor4D;

export interface ConvolutionShape {
  /** Channels. */
  readonly from: number;
  readonly to: number;
  /** Side of the filter. */
  readonly size: 1 | 3;
  /** Default 1. */
  readonly stride?: 1 | 2;
  /** Default 1. */
  readonly dilation?: number;
  /** As in `Conv2dOptions`: for images. */
  readonly constantInput?: boolean;
}

/**
 * Variance of fresh filters, times their inputs. He's 2 keeps the variance of activations in a network without batch norm.
 * With it, the scale does not matter to what a layer computes, but divides its learning rate; PyTorch's default of 1/3
 * trains this network faster (docs/decisions/training-small-networks.md).
 */
const FILTER_GAIN = 1 / 3;

/** Makes layers, and keeps their variables with their names. */
export class Layers {
  readonly parameters: Parameter[] = [];
  readonly statistics: { readonly name: string; readonly variable: Variable }[] = [];
  readonly #random: Random;
  readonly #normMomentum: number;

  constructor(random: Random, normMomentum: number) {
    this.#random = random;
    this.#normMomentum = normMomentum;
  }

  /** Convolution, batch norm, ReLU. */
  block(name: string, shape: ConvolutionShape): Layer {
    const convolve = this.convolution(name, shape);
    const normalise = this.norm(name, shape.to);
    return (input, training) => normalise(convolve(input, training), training);
  }

  /** Convolution without bias; zeros around the image. @param rate as in `Parameter`. */
  convolution(name: string, shape: ConvolutionShape, rate = 1): Layer {
    const { from, to, size, stride = 1, dilation = 1, constantInput = false } = shape;
    // A stream of its own: a layer's weights do not depend on which other layers there are.
    const random = this.#random.split(name);
    const deviation = Math.sqrt(FILTER_GAIN / (size * size * from));
    const values = Float32Array.from({ length: size * size * from * to }, () => deviation * random.normal());
    const filter = this.#parameter(
      `${moduleOf(name)}.weight`,
      () => tensor(values, [size, size, from, to]),
      true,
      rate,
    );
    return (input) => conv2d(input, filter as Tensor4D, { stride, dilation, constantInput });
  }

  /** Batch norm, then ReLU. */
  norm(name: string, channels: number): Layer {
    const gamma = this.#parameter(`${moduleOf(name)}.norm.weight`, () => ones([channels]), false);
    const beta = this.#parameter(`${moduleOf(name)}.norm.bias`, () => zeros([channels]), false);
    const mean = this.#statistic(`${moduleOf(name)}.norm.running_mean`, () => zeros([channels]));
    const variance = this.#statistic(`${moduleOf(name)}.norm.running_var`, () => ones([channels]));
    return (input, training) =>
      batchNorm(input, { gamma, beta, mean, variance }, { training, momentum: this.#normMomentum, relu: true });
  }

  /** A constant for each channel. */
  bias(name: string, channels: number, rate = 1): Layer {
    const bias = this.#parameter(`${moduleOf(name)}.bias`, () => zeros([channels]), false, rate);
    return (input) => add(input, bias);
  }

  dispose(): void {
    for (const { variable: owned } of [...this.parameters, ...this.statistics]) owned.dispose();
  }

  #parameter(name: string, initial: () => Tensor, decay: boolean, rate = 1): Variable {
    const made = own(initial, true);
    this.parameters.push({ name, variable: made, decay, rate });
    return made;
  }

  #statistic(name: string, initial: () => Tensor): Variable {
    const made = own(initial, false);
    this.statistics.push({ name, variable: made });
    return made;
  }
}

/** `encoder/stem` as PyTorch names what lies within: `encoder.stem`. */
function moduleOf(name: string): string {
  return name.replaceAll('/', '.').replaceAll('-', '_');
}

function own(initial: () => Tensor, trainable: boolean): Variable {
  return tidy(() => variable(initial(), trainable));
}
