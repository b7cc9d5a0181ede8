import { gradients, type Network } from '@auto-seg-loss/ops';
import { type Scalar, type Tensor, type Tensor4D, tensor4d } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { loadStateDict, stateDict } from '../src/index.ts';
import { entries, formulaWeights, images, signed, summary } from './formula.ts';

type Owner = Pick<Network, 'parameters' | 'statistics'>;

/** What python/summary.py keeps of a tensor. */
export interface GoldenTensor {
  readonly sums: readonly [length: number, product: number];
  readonly entries: readonly number[];
}

/** Sets all variables to the formula of their names. */
export function fill(owner: Owner): void {
  const shapes = [...stateDict(owner)].map(([name, { shape }]) => [name, shape] as const);
  const { missing, leftOver, mismatched } = loadStateDict(owner, formulaWeights(new Map(shapes)));
  expect([missing, leftOver, mismatched]).toEqual([[], [], []]);
}

/** [n, h, w, 3] */
export function goldenImages([n, h, w]: readonly [number, number, number]): Tensor4D {
  return tensor4d(images([n, h, w, 3]), [n, h, w, 3]);
}

/** A tensor of the formula, of the shape of another. */
export function weightsOf(name: string, like: Tensor4D): Tensor4D {
  return tensor4d(signed(name, like.shape), like.shape);
}

export function expectNear(actual: readonly number[], expected: readonly number[], by: number, what: string): void {
  for (const [index, value] of expected.entries()) {
    expect(Math.abs((actual[index] as number) - value), `${what}: ${actual} for ${expected}`).toBeLessThanOrEqual(by);
  }
}

/** Entries within a ten-thousandth of the largest; sums, where the rounding of all entries adds up, within thrice that of the length. */
export function expectTensor(name: string, found: Tensor, { sums, entries: points }: GoldenTensor): void {
  const values = found.dataSync() as Float32Array;
  expectNear(summary(name, values), sums, 3e-4 * sums[0], `sums of ${name}`);
  const largest = values.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  expectNear(entries(values), points, 1e-4 * largest, `entries of ${name}`);
}

/** @param golden by the names of the parameters, sorted. */
export function expectGradients(
  owner: Owner,
  objective: () => Scalar,
  golden: readonly (readonly [number, number])[],
): void {
  const variables = owner.parameters.map(({ variable }) => variable);
  const { value, grads } = gradients(objective, variables);
  value.dispose();
  // In PyTorch's layout.
  const slopes = stateDict({
    parameters: owner.parameters.map((each) => ({ ...each, variable: grads[each.variable.name] as never })),
    statistics: [],
  });
  const names = [...slopes.keys()].sort();
  expect(names.length).toBe(golden.length);
  const largest = Math.max(...golden.map(([length]) => length));
  for (const [index, expected] of golden.entries()) {
    const name = names[index] as string;
    // Some are 0 but for rounding: what a batch norm adds, and the next takes away.
    const rounding = 3e-5 * largest;
    const [length, product] = summary(name, slopes.get(name)?.data ?? []);
    // In float32 some value lies on the other side of a ReLU's kink, and batch norm of few means is ill-conditioned: PyTorch's own
    // float32 is up to 6 % from its float64 here.
    expectNear([length], [expected[0]], 1e-2 * expected[0] + rounding, `length of the gradient by ${name}`);
    expectNear([product], [expected[1]], 8e-2 * expected[0] + rounding, `product of the gradient by ${name}`);
  }
}
