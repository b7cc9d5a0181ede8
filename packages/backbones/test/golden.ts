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

/** The images of a seed, as python/draw.py found it. [n, h, w, 3] */
export function goldenImages(seed: number, [n, h, w]: readonly [number, number, number]): Tensor4D {
  return tensor4d(images(seed, [n, h, w, 3]), [n, h, w, 3]);
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

/** Entries within a ten-thousandth of the largest, sums within that of the length. */
export function expectTensor(name: string, found: Tensor, { sums, entries: points }: GoldenTensor): void {
  const values = found.dataSync() as Float32Array;
  expectNear(summary(name, values), sums, 1e-4 * sums[0], `sums of ${name}`);
  const largest = values.reduce((top, value) => Math.max(top, Math.abs(value)), 0);
  expectNear(entries(values), points, 1e-4 * largest, `entries of ${name}`);
}

/** What python/draw.py found: images on which rounding decides nothing. */
export interface Drawn {
  readonly seed: number;
  /** Names of the parameters whose gradient PyTorch's own float32 has near by the measure of the largest gradient of all only. */
  readonly loose: readonly string[];
}

/** By how much the gradient of a parameter may differ: a thousandth of its own largest, or of a tenth of that of all. */
export function gradientLimit(name: string, own: number, ofAll: number, { loose }: Drawn): number {
  return 1e-3 * (loose.includes(name) ? ofAll : Math.max(own, ofAll / 10));
}

/** Gradients in PyTorch's layout, by the sorted names of the parameters. */
export function gradientsOf(owner: Owner, objective: () => Scalar): readonly (readonly [string, Float32Array])[] {
  const { value, grads } = gradients(
    objective,
    owner.parameters.map(({ variable }) => variable),
  );
  value.dispose();
  const slopes = stateDict({
    parameters: owner.parameters.map((each) => ({ ...each, variable: grads[each.variable.name] as never })),
    statistics: [],
  });
  return [...slopes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { data }]) => [name, data as Float32Array] as const);
}

interface GoldenGradients extends Drawn {
  /** By the names of the parameters, sorted. */
  readonly gradients: readonly (readonly [length: number, product: number])[];
}

export function expectGradients(owner: Owner, objective: () => Scalar, golden: GoldenGradients): void {
  const found = gradientsOf(owner, objective);
  expect(found.length).toBe(golden.gradients.length);
  const ofAll = Math.max(...golden.gradients.map(([length]) => length));
  for (const [index, [name, slopes]] of found.entries()) {
    const expected = golden.gradients[index] as readonly [number, number];
    const limit = gradientLimit(name, expected[0], ofAll, golden);
    expectNear(summary(name, slopes), expected, limit, `gradient by ${name}`);
  }
}
