import type { Parameter } from '@auto-seg-loss/engine';
import {
  add,
  concat,
  fill,
  keep,
  mul,
  reshape,
  type Scalar,
  split,
  sub,
  sum,
  type Tensor,
  type Tensor1D,
  tidy,
} from '@tensorflow/tfjs-core';

/**
 * Stochastic gradient descent with momentum, as PyTorch and Caffe define it:
 * v ← momentum·v + gradient + weightDecay·w, w ← w - learningRate·rate·v, with the parameter's own rate; weight decay on
 * convolution filters only.
 *
 * It keeps all parameters in one flat tensor: a handful of operations over everything is faster than the same ones for
 * each of some forty small tensors.
 */
export class MomentumSgd {
  readonly #parameters: readonly Parameter[];
  readonly #sizes: readonly number[];
  readonly #momentum: number;
  /** Weight decay of each weight, 0 where none applies. [p] */
  readonly #decay: Tensor1D;
  /** Learning rate of each weight, relative. [p] */
  readonly #rates: Tensor1D;
  #weights: Tensor1D;
  #velocity: Tensor1D;

  constructor(parameters: readonly Parameter[], options: { readonly momentum: number; readonly weightDecay: number }) {
    this.#parameters = parameters;
    this.#sizes = parameters.map(({ variable }) => variable.size);
    this.#momentum = options.momentum;
    const spread = (values: readonly number[]): Tensor1D =>
      tidy(() => concat(this.#sizes.map((size, index) => fill([size], values[index] as number) as Tensor1D)));
    this.#decay = spread(parameters.map(({ decay }) => (decay ? options.weightDecay : 0)));
    this.#rates = spread(parameters.map(({ rate = 1 }) => rate));
    this.#velocity = spread(parameters.map(() => 0));
    this.#weights = flatten(parameters.map(({ variable }) => variable));
  }

  /**
   * One step.
   * @param gradients one for each parameter, in their order.
   * @returns the sum of all new weights: not finite exactly if the gradient, or the step it made, was not.
   */
  step(gradients: readonly Tensor[], learningRate: number): Scalar {
    return tidy(() => {
      const gradient = flatten(gradients);
      const decayed = add(gradient, mul(this.#weights, this.#decay));
      const velocity = keep(add(mul(this.#velocity, this.#momentum), decayed)) as Tensor1D;
      const weights = keep(sub(this.#weights, mul(mul(velocity, this.#rates), learningRate))) as Tensor1D;
      this.#velocity.dispose();
      this.#weights.dispose();
      this.#velocity = velocity;
      this.#weights = weights;
      const parts = split(weights, [...this.#sizes]);
      for (const [index, { variable }] of this.#parameters.entries()) {
        variable.assign(reshape(parts[index] as Tensor, variable.shape));
      }
      return sum(weights) as Scalar;
    });
  }

  dispose(): void {
    this.#decay.dispose();
    this.#rates.dispose();
    this.#velocity.dispose();
    this.#weights.dispose();
  }
}

function flatten(tensors: readonly Tensor[]): Tensor1D {
  return tidy(() => concat(tensors.map((one) => reshape(one, [one.size])) as Tensor1D[]));
}
