import { dispose, memory, tensor, tidy, variable } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { engines, open } from '../../engine/test/engines.ts';
import { momentumStep } from '../src/index.ts';
import { composedMomentumStep } from '../src/ops/momentum-step.ts';
import { expectClose, normal } from './tensors.ts';

const MOMENTUM = 0.9;
const settings = [
  { shape: [3, 3, 4, 5], decay: 5e-4, rate: 0.02 },
  { shape: [7], decay: 0, rate: 0.2 },
  { shape: [1], decay: 0.1, rate: 0 },
] as const;

describe.each(engines)('momentumStep on %s', (engine) => {
  beforeAll(() => open(engine));

  test.each([
    ['dispatched', momentumStep],
    ['composed', composedMomentumStep],
  ])('%s: is its definition, and leaves what it took', (_name, step) => {
    const before = memory().numTensors;
    const values = settings.map(({ shape }, index) => [0, 1, 2].map((kind) => normal(shape, 10 * index + kind)));
    const parameters = settings.map(({ shape, decay, rate }, index) => {
      const [w, v, g] = (values[index] ?? []).map(({ data }) => tensor(Float32Array.from(data), [...shape]));
      if (w === undefined || v === undefined || g === undefined) throw new Error('three tensors each');
      const weights = tidy(() => variable(w));
      w.dispose();
      return { variable: weights, velocity: v, gradient: g, decay, rate };
    });
    const taken = memory().numTensors;
    const { weights, velocities, total } = step(parameters, MOMENTUM);
    expect(memory().numTensors).toBe(taken + 2 * settings.length + 1);
    let sum = 0;
    for (const [index, { decay, rate }] of settings.entries()) {
      const [w, v, g] = (values[index] ?? []).map(({ data }) => data) as [Float64Array, Float64Array, Float64Array];
      const velocity = v.map((value, at) => MOMENTUM * value + (g[at] as number) + decay * (w[at] as number));
      const weight = w.map((value, at) => value - rate * (velocity[at] as number));
      expectClose(velocities[index]?.dataSync() ?? [], velocity, 1e-6);
      expectClose(weights[index]?.dataSync() ?? [], weight, 1e-6);
      expectClose(parameters[index]?.variable.dataSync() ?? [], w, 0);
      sum += weight.reduce((a, b) => a + b, 0);
    }
    expectClose(total.dataSync(), [sum], 1e-5);
    dispose([...weights, ...velocities, total]);
    for (const one of parameters) dispose([one.variable, one.velocity, one.gradient]);
    expect(memory().numTensors).toBe(before);
  });

  test('the total is not finite where a gradient is not', () => {
    const made = tidy(() => variable(tensor([1, 2])));
    const [velocity, gradient] = [tensor([0, 0]), tensor([0, Number.NaN])];
    const { weights, velocities, total } = momentumStep(
      [{ variable: made, velocity, gradient, decay: 0, rate: 1 }],
      0.9,
    );
    expect(total.dataSync()[0]).toBeNaN();
    dispose([...weights, ...velocities, total, made, velocity, gradient]);
  });
});
