import { Random } from '@auto-seg-loss/kernel';
import { memory, mul, sum, type Tensor, tensor, tidy, valueAndGrads } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';

/** A tensor's values in float64, as plain references take them. */
export interface Values {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

/** Normally distributed values that float32 holds exactly. */
export function normal(shape: readonly number[], seed: number, scale = 1): Values {
  const random = Random.fromSeed(seed);
  const size = shape.reduce((product, side) => product * side, 1);
  return { shape, data: Float64Array.from({ length: size }, () => Math.fround(scale * random.normal())) };
}

export function toTensor({ shape, data }: Values): Tensor {
  return tensor(Float32Array.from(data), [...shape]);
}

/** Σ f(inputs)·weights and its gradients by the inputs, through tfjs; checks that no tensor is left. */
export function run(
  f: (...inputs: Tensor[]) => Tensor,
  inputs: readonly Values[],
  weights?: Values,
): { readonly value: Values; readonly gradients: readonly Values[] } {
  const before = memory().numTensors;
  let result: { readonly value: Values; readonly gradients: readonly Values[] } | undefined;
  tidy(() => {
    const tensors = inputs.map(toTensor);
    const output = f(...tensors);
    const factor = weights === undefined ? undefined : toTensor(weights);
    const { grads } = valueAndGrads((...xs: Tensor[]) => {
      const y = f(...xs);
      return sum(factor === undefined ? y : mul(y, factor));
    })(tensors);
    result = { value: read(output), gradients: grads.map(read) };
  });
  expect(memory().numTensors).toBe(before);
  if (result === undefined) throw new TypeError('tidy runs its function');
  return result;
}

export function read(values: Tensor): Values {
  return { shape: values.shape, data: Float64Array.from(values.dataSync()) };
}

/** Gradient of a float64 reference by one of its inputs, by central differences. */
export function centralDifferences(f: (x: Float64Array) => number, x: Float64Array, step = 1e-5): Float64Array {
  const moved = Float64Array.from(x);
  return x.map((value, index) => {
    moved[index] = value + step;
    const above = f(moved);
    moved[index] = value - step;
    const below = f(moved);
    moved[index] = value;
    return (above - below) / (2 * step);
  });
}

/** Σ a·b */
export function dot(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let index = 0; index < a.length; index++) total += (a[index] as number) * (b[index] as number);
  return total;
}

/** Equal within `tolerance` times the largest of the expected values. */
export function expectClose(actual: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  let largest = 0;
  let difference = 0;
  for (let index = 0; index < expected.length; index++) {
    largest = Math.max(largest, Math.abs(expected[index] as number));
    const here = Math.abs((actual[index] as number) - (expected[index] as number));
    // Math.max keeps NaN, which then does not pass.
    difference = Math.max(difference, here);
  }
  expect(difference).toBeLessThanOrEqual(tolerance * Math.max(largest, 1e-6));
}
