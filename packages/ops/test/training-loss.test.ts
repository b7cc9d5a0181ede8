import { mul, type Scalar, scalar, sum, type Tensor4D, tensor4d, tidy, variable } from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { open } from '../../engine/test/engines.ts';
import { gradients, type Network, trainingLoss } from '../src/index.ts';

beforeAll(() => open('wasm'));

test('trainingLoss adds the losses of auxiliary heads by their weights, and is that of the logits without them', () => {
  const [weight, side] = [2, 3].map((value) => tidy(() => variable(scalar(value)))) as [
    ReturnType<typeof variable>,
    ReturnType<typeof variable>,
  ];
  const plain: Network = {
    parameters: [],
    statistics: [],
    forward: (images) => mul(images, weight),
    dispose: () => {},
  };
  const helped: Network = {
    ...plain,
    trainingLogits: (images) => [
      { logits: plain.forward(images, true), weight: 1 },
      { logits: mul(images, side) as Tensor4D, weight: 0.4 },
    ],
  };
  const valuesOf = (network: Network): readonly number[] => {
    let found: readonly number[] = [];
    tidy(() => {
      const images = tensor4d([1, 4], [1, 1, 2, 1]);
      const objective = (): Scalar => trainingLoss(network, images, (logits): Scalar => sum(logits));
      const { value, grads } = gradients(objective, [weight, side]);
      found = [value, grads[weight.name], grads[side.name]].map((each) => each?.dataSync()[0] ?? 0);
    });
    return found;
  };
  expect(valuesOf(plain)).toEqual([10, 5, 0]);
  const [total, byWeight, bySide] = valuesOf(helped) as [number, number, number];
  expect([total, byWeight]).toEqual([16, 5]);
  expect(bySide).toBeCloseTo(2, 6);
  for (const each of [weight, side]) each.dispose();
});
