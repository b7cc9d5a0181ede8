import { openEngine } from '@auto-seg-loss/engine';
import { Random } from '@auto-seg-loss/kernel';
import { gradients, type Network } from '@auto-seg-loss/ops';
import { add, memory, mul, type Scalar, sum, type Tensor4D, tensor, tidy } from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { type DeeplabLiteOptions, deeplabLite, plugin } from '../src/index.ts';

const options = (changes: Partial<DeeplabLiteOptions> = {}): DeeplabLiteOptions => ({
  ...plugin.options.parse({}),
  ...changes,
});
const noise = (seed: string, shape: readonly number[], scale = 1) => {
  const random = Random.fromSeed(seed);
  return tensor(
    Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, () => scale * random.normal()),
    [...shape],
  );
};
const images = (n: number, h: number, w: number): Tensor4D => noise(`images ${h} ${w}`, [n, h, w, 3]) as Tensor4D;

describe.each(['wasm', 'native'] as const)('deeplab-lite on the %s engine', (backend) => {
  beforeEach(async ({ skip }) => {
    const engine = await openEngine({ backend: backend === 'native' ? 'auto' : backend, threads: 1 });
    skip(engine.backend !== backend, 'the native engine is not installed: asl engine install');
  });

  test.each([
    [1, 1, 8],
    [7, 13, 8],
    [16, 24, 4],
    [33, 18, 16],
  ] as const)('gives logits of the size of %i×%i images at output stride %i', (h, w, outputStride) => {
    const network = deeplabLite(options({ width: 4, outputStride })).build(5, Random.fromSeed(1));
    for (const training of [true, false]) {
      const logits = tidy(() => {
        const result = network.forward(images(2, h, w), training);
        expect(result.shape).toEqual([2, h, w, 5]);
        return [...result.dataSync()];
      });
      expect(logits.every(Number.isFinite)).toBe(true);
    }
    network.dispose();
  });

  test('its gradient is that of central differences, for every parameter', () => {
    const network = deeplabLite(options({ width: 2, rates: [1, 2] })).build(3, Random.fromSeed(3));
    const input = images(2, 18, 16);
    const weights = noise('weights', [2, 18, 16, 3]);
    const objective = () => sum(mul(network.forward(input, true), weights)) as Scalar;
    const { value, grads } = gradients(
      objective,
      network.parameters.map(({ variable }) => variable),
    );
    const at = (parameter: Network['parameters'][number], direction: Float32Array, step: number): number =>
      tidy(() => {
        const { variable } = parameter;
        const before = variable.dataSync().slice();
        variable.assign(add(variable, mul(tensor(direction, variable.shape), step)));
        const result = objective().dataSync()[0] as number;
        variable.assign(tensor(before, variable.shape));
        return result;
      });
    for (const parameter of network.parameters) {
      const { name, variable } = parameter;
      const gradient = grads[variable.name]?.dataSync() ?? new Float32Array(variable.size);
      // Along the gradient's own direction the slope is its length, so every entry counts.
      const length = Math.hypot(...gradient);
      expect([name, length > 0]).toEqual([name, true]);
      const direction = Float32Array.from(gradient, (entry) => entry / length);
      const step = 2e-3;
      const slope = (at(parameter, direction, step) - at(parameter, direction, -step)) / (2 * step);
      expect([name, Math.abs(slope / length - 1) < 0.03, slope, length]).toEqual([name, true, slope, length]);
    }
    for (const one of [value, ...Object.values(grads), input, weights]) one.dispose();
    network.dispose();
  });

  test('keeps its variables only, and none of them after dispose', () => {
    const before = memory().numTensors;
    const network = deeplabLite(options({ width: 2 })).build(3, Random.fromSeed(1));
    const held = network.parameters.length + network.statistics.length;
    expect(memory().numTensors).toBe(before + held);
    const input = images(1, 16, 16);
    for (const training of [true, false, true]) network.forward(input, training).dispose();
    const { value, grads } = gradients(
      () => sum(network.forward(input, true)) as Scalar,
      network.parameters.map(({ variable }) => variable),
    );
    for (const one of [value, ...Object.values(grads), input]) one.dispose();
    expect(memory().numTensors).toBe(before + held);
    network.dispose();
    expect(memory().numTensors).toBe(before);
  });
});

describe('deeplab-lite', () => {
  beforeEach(async () => {
    await openEngine({ backend: 'wasm' });
  });

  const describeNetwork = (network: Network) => ({
    names: [...network.parameters, ...network.statistics].map(({ name }) => name),
    values: [...network.parameters, ...network.statistics].map(({ variable }) => [...variable.dataSync()]),
  });

  test('is the same from the same stream, and another from another', () => {
    const build = (seed: string) => {
      const network = deeplabLite(options({ width: 2 })).build(3, Random.fromSeed(seed));
      const described = describeNetwork(network);
      network.dispose();
      return described;
    };
    expect(build('a')).toEqual(build('a'));
    expect(build('a').values).not.toEqual(build('b').values);
    expect(new Set(build('a').names).size).toBe(build('a').names.length);
  });

  test('has about 420,000 parameters at the default width; filters alone decay', () => {
    const network = deeplabLite(options()).build(11, Random.fromSeed(1));
    const count = network.parameters.reduce((total, { variable }) => total + variable.size, 0);
    expect(count).toBe(416_619);
    for (const { name, decay } of network.parameters)
      expect([name, decay]).toEqual([name, name.endsWith('.weight') && !name.endsWith('.norm.weight')]);
    network.dispose();
  });

  test('training moves the averages to those of the batch, which evaluation then uses', () => {
    const network = deeplabLite(options({ width: 2, normMomentum: 1 })).build(3, Random.fromSeed(1));
    const input = images(4, 48, 48);
    const difference = tidy(() => {
      const trained = network.forward(input, true).dataSync();
      const evaluated = network.forward(input, false).dataSync();
      return Math.max(...trained.map((value, index) => Math.abs(value - (evaluated[index] as number))));
    });
    // Not the same: the moving variance is the unbiased one.
    expect(difference).toBeLessThan(0.03);
    input.dispose();
    network.dispose();
  });

  test.each([{ width: 0 }, { outputStride: 2 }, { rates: [0] }, { normMomentum: 0 }, { wdith: 32 }])(
    'refuses %j',
    (wrong) => {
      expect(plugin.options.safeParse(wrong).success).toBe(false);
    },
  );
});
