import { engine, type NamedTensorMap, type Scalar, type Variable, variableGrads } from '@tensorflow/tfjs-core';

/** A value with its gradients by variables, which the caller disposes (or a surrounding tidy does). */
export interface ValueAndGradients {
  readonly value: Scalar;
  /** By the variables' names; without those that the value does not depend on. */
  readonly grads: NamedTensorMap;
}

/**
 * Evaluates f and its gradients by trainable variables. Everything else that f makes is disposed, also where it throws.
 * @param f may be called once only, and reads the variables themselves.
 */
export function gradients(f: () => Scalar, variables: readonly Variable[]): ValueAndGradients {
  try {
    return variableGrads(f, [...variables]);
  } catch (error) {
    disposeTape();
    throw error;
  }
}

/** tfjs disposes what ops saved for the backward pass at its end; if there was none, that is left. */
function disposeTape(): void {
  const { state } = engine();
  if (state.gradientDepth > 0) return;
  for (const node of state.activeTape ?? []) {
    for (const tensor of node.saved ?? []) tensor.dispose();
  }
  state.activeTape = null as unknown as typeof state.activeTape;
}
