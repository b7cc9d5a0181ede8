import { momentumStep, type Parameter } from '@auto-seg-loss/ops';
import { dispose, keep, type Scalar, type Tensor, tensor, tidy, zerosLike } from '@tensorflow/tfjs-core';

/**
 * Stochastic gradient descent with momentum, as PyTorch and Caffe define it:
 * v ← momentum·v + gradient + weightDecay·w, w ← w - learningRate·rate·v, with the parameter's own rate; weight decay on
 * convolution filters only.
 */
export class MomentumSgd {
  readonly #parameters: readonly Parameter[];
  readonly #momentum: number;
  readonly #weightDecay: number;
  /** In the order of the parameters. */
  #velocities: readonly Tensor[];

  constructor(parameters: readonly Parameter[], options: { readonly momentum: number; readonly weightDecay: number }) {
    this.#parameters = parameters;
    this.#momentum = options.momentum;
    this.#weightDecay = options.weightDecay;
    this.#velocities = parameters.map(({ variable }) => keep(zerosLike(variable)));
  }

  /**
   * One step.
   * @param gradients one for each parameter, in their order.
   * @returns the sum of all new weights: not finite exactly if the gradient, or the step it made, was not.
   */
  step(gradients: readonly Tensor[], learningRate: number): Scalar {
    return tidy(() => {
      const parts = this.#parameters.map(({ variable, decay, rate = 1 }, index) => ({
        variable,
        velocity: this.#velocities[index] as Tensor,
        gradient: gradients[index] as Tensor,
        decay: decay ? this.#weightDecay : 0,
        rate: learningRate * rate,
      }));
      const { weights, velocities, total } = momentumStep(parts, this.#momentum);
      dispose([...this.#velocities]);
      this.#velocities = velocities.map(keep);
      for (const [index, { variable }] of this.#parameters.entries()) variable.assign(weights[index] as Tensor);
      return total;
    });
  }

  /** The velocities, off the device, by the names of the parameters. */
  state(): ReadonlyMap<string, Float32Array> {
    return new Map(
      this.#parameters.map(({ name }, index) => {
        return [name, new Float32Array((this.#velocities[index] as Tensor).dataSync())];
      }),
    );
  }

  /** Goes on from velocities that `state` gave for the same parameters. */
  restore(state: ReadonlyMap<string, Float32Array>): void {
    const restored = this.#parameters.map(({ name, variable }) => {
      return keep(tensor(state.get(name) as Float32Array, variable.shape, 'float32'));
    });
    dispose([...this.#velocities]);
    this.#velocities = restored;
  }

  dispose(): void {
    dispose([...this.#velocities]);
  }
}
