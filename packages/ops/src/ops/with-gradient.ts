import { customGrad, type Tensor } from '@tensorflow/tfjs-core';

/** The result of an operation, and how its gradient is made. */
export interface Differentiable<T extends Tensor> {
  readonly value: T;
  /** What the gradient needs; kept until the backward pass is over. */
  readonly save: readonly Tensor[];
  /**
   * The gradients by the inputs, in their order. Called inside a tidy.
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
    return { value, gradFunc: (dy, saved) => gradient(dy as T, saved) };
  });
  return operation(...inputs) as T;
}
