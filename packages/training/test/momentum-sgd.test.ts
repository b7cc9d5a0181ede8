import { openEngine } from '@auto-seg-loss/engine';
import type { Parameter } from '@auto-seg-loss/ops';
import { memory, tensor, tidy, type Variable, variable } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { MomentumSgd } from '../src/momentum-sgd.ts';

beforeAll(async () => {
  await openEngine({ backend: 'wasm' });
});

const make = (name: string, values: number[], shape: number[], decay: boolean, rate = 1): Parameter => ({
  name,
  ...(rate === 1 ? {} : { rate }),
  variable: tidy(() => variable(tensor(values, shape))),
  decay,
});

describe('MomentumSgd', () => {
  test('is the update of PyTorch with its parameter groups, and keeps no tensor', () => {
    const before = memory().numTensors;
    const parameters = [make('filter', [1, -2, 3, 0.5], [2, 2], true), make('bias', [0.25, -4], [2], false, 3)];
    const optimizer = new MomentumSgd(parameters, { momentum: 0.9, weightDecay: 0.1 });
    const expected = [1, -2, 3, 0.5, 0.25, -4];
    const velocity = expected.map(() => 0);
    const decays = [0.1, 0.1, 0.1, 0.1, 0, 0];
    const rates = [1, 1, 1, 1, 3, 3];
    const held = memory().numTensors;
    for (const rate of [0.5, 0.2, 0.1]) {
      const slopes = expected.map((weight, index) => Math.sin(index) + weight * 0.3);
      const total = tidy(() =>
        optimizer.step([tensor(slopes.slice(0, 4), [2, 2]), tensor(slopes.slice(4), [2])], rate),
      );
      expected.forEach((weight, index) => {
        const slope = (slopes[index] as number) + (decays[index] as number) * weight;
        velocity[index] = 0.9 * (velocity[index] as number) + slope;
        expected[index] = weight - rate * (rates[index] as number) * (velocity[index] as number);
      });
      const weights = parameters.flatMap(({ variable: one }) => [...one.dataSync()]);
      for (const [index, weight] of weights.entries()) expect(weight).toBeCloseTo(expected[index] as number, 5);
      expect(total.dataSync()[0]).toBeCloseTo(
        expected.reduce((sum, weight) => sum + weight),
        4,
      );
      total.dispose();
    }
    expect(memory().numTensors).toBe(held);
    optimizer.dispose();
    for (const { variable: one } of parameters) one.dispose();
    expect(memory().numTensors).toBe(before);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])('the sum of weights shows a gradient of %s', (bad) => {
    const parameters = [make('a', [1, 2], [2], true), make('b', [3], [1], false)];
    const optimizer = new MomentumSgd(parameters, { momentum: 0.9, weightDecay: 0 });
    const total = tidy(() => optimizer.step([tensor([0, bad]), tensor([1])], 0.1).dataSync()[0]);
    expect(Number.isFinite(total)).toBe(false);
    optimizer.dispose();
    for (const { variable: one } of parameters as readonly { variable: Variable }[]) one.dispose();
  });
});
