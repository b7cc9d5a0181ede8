import { customGrad, dispose, type Tensor, tidy } from '@tensorflow/tfjs-core';

/** The result of an operation, and how its gradient is made. */
export interface Differentiable<T extends Tensor> {
  readonly value: T;
  /** What the gradient needs; kept until the backward pass is over. */
  readonly save: readonly Tensor[];
  /**
   * The gradients by the inputs, in their order. Called once, inside a tidy; dy and the saved tensors are gone after it.
   * @param saved the tensors of `save`. Other tensors of the forward pass may be gone.
   */
  readonly gradient: (dy: T, saved: readonly Tensor[]) => Tensor[];
}

/**
 * An operation that brings its own gradient: tfjs sees one step, whatever it consists of.
 * @param inputs what it can be differentiated by.
 */
export function withGradient<T extends Tensor>(inputs: readonly Tensor[], forward: () => Differentiable<T>): T {
  const operation = customGrad((...received) => {
    // tfjs calls with the inputs, and a function that saves tensors.
    const saveTensors = received.at(-1) as unknown as (tensors: readonly Tensor[]) => void;
    const { value, save, gradient } = forward();
    saveTensors(save);
    const gradFunc = (dy: Tensor, saved: readonly Tensor[]): Tensor[] => {
      const slopes = tidy(() => gradient(dy as T, saved));
      // tfjs would keep all of them until the backward pass is over.
      const given: readonly Tensor[] = slopes;
      dispose([dy, ...saved].filter((tensor) => !given.includes(tensor)));
      return slopes;
    };
    return { value, gradFunc: gradFunc as (dy: Tensor, saved: Tensor[]) => Tensor[] };
  });
  return operation(...inputs) as T;
}
