import { Random } from '@auto-seg-loss/kernel';
import { tensor4d, tidy } from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { open } from '../../engine/test/engines.ts';
import { Layers, loadStateDict, type StateDict, stateDict } from '../src/index.ts';

let layers: Layers;

beforeAll(() => open('wasm'));

beforeEach(() => {
  layers = new Layers(Random.fromSeed(1));
  const inside = layers.within('backbone.');
  inside.convolution('conv', { from: 2, to: 3, size: 3 });
  inside.depthwise('spread', { channels: 4, size: 5 });
  inside.norm('bn', 3, true);
  layers.classifier('classifier', 3, 1);
});

afterEach(() => layers.dispose());

describe('a state dict', () => {
  test("has PyTorch's names and layouts", () => {
    expect([...stateDict(layers)].map(([name, { shape }]) => [name, ...shape])).toEqual([
      ['backbone.conv.weight', 3, 2, 3, 3],
      ['backbone.spread.weight', 4, 1, 5, 5],
      ['backbone.bn.weight', 3],
      ['backbone.bn.bias', 3],
      ['classifier.weight', 1, 3, 1, 1],
      ['classifier.bias', 1],
      ['backbone.bn.running_mean', 3],
      ['backbone.bn.running_var', 3],
    ]);
    const [{ variable }] = layers.parameters as [Layers['parameters'][number]];
    tidy(() =>
      variable.assign(
        tensor4d(
          Array.from({ length: 54 }, (_, index) => index),
          [3, 3, 2, 3],
        ),
      ),
    );
    // Row 1, column 2, input 1, output 0 lies at ((1·3 + 2)·2 + 1)·3 here, and at ((0·2 + 1)·3 + 1)·3 + 2 in PyTorch.
    expect(stateDict(layers).get('backbone.conv.weight')?.data[14]).toBe(33);
  });

  test('is taken as it was given', () => {
    const before = stateDict(layers);
    const other = new Layers(Random.fromSeed(2));
    const inside = other.within('backbone.');
    inside.convolution('conv', { from: 2, to: 3, size: 3 });
    inside.depthwise('spread', { channels: 4, size: 5 });
    const report = loadStateDict(other, before);
    expect(report.taken).toEqual(['backbone.conv.weight', 'backbone.spread.weight']);
    expect(report.leftOver.length).toBe(6);
    for (const [name, { data }] of stateDict(other)) expect([...data]).toEqual([...(before.get(name)?.data ?? [])]);
    other.dispose();
  });

  test('says what was taken, is missing, is left over, and does not fit; the rest stays', () => {
    const one = (shape: readonly number[]) => ({
      dtype: 'float32' as const,
      shape,
      data: new Float32Array(shape.reduce((product, side) => product * side)).fill(7),
    });
    const given: StateDict = new Map([
      ['conv.weight', one([3, 2, 1, 1])],
      ['bn.weight', one([3])],
      ['bn.num_batches_tracked', one([1])],
      ['fc.weight', one([10, 3])],
    ]);
    const before = stateDict(layers);
    expect(loadStateDict(layers, given, 'backbone.')).toEqual({
      taken: ['backbone.bn.weight'],
      missing: ['backbone.spread.weight', 'backbone.bn.bias', 'backbone.bn.running_mean', 'backbone.bn.running_var'],
      leftOver: ['backbone.fc.weight'],
      mismatched: [{ name: 'backbone.conv.weight', expected: [3, 2, 3, 3], received: [3, 2, 1, 1] }],
    });
    for (const [name, { data }] of stateDict(layers)) {
      const expected = name === 'backbone.bn.weight' ? [7, 7, 7] : [...(before.get(name)?.data ?? [])];
      expect([name, ...data]).toEqual([name, ...expected]);
    }
  });
});

describe('fresh weights', () => {
  test("have He's variance, and depend on the seed and the name alone", () => {
    const made = [1, 1, 2].map((seed) => {
      const own = new Layers(Random.fromSeed(seed));
      if (seed === 1) own.convolution('first', { from: 1, to: 1, size: 1 });
      own.convolution('wide', { from: 64, to: 32, size: 3 });
      own.convolution('other', { from: 64, to: 32, size: 3 });
      const found = stateDict(own);
      own.dispose();
      return found;
    });
    const [one, same, other] = made.map((each) => each.get('wide.weight')?.data ?? new Float32Array());
    expect(one).toEqual(same);
    expect(one).not.toEqual(other);
    expect(one).not.toEqual(made[0]?.get('other.weight')?.data);
    const values = [...(one ?? [])];
    const mean = values.reduce((total, value) => total + value, 0) / values.length;
    const variance = values.reduce((total, value) => total + (value - mean) ** 2, 0) / values.length;
    const expected = 2 / (9 * 32);
    expect(Math.abs(mean)).toBeLessThan(0.02 * Math.sqrt(expected));
    expect(Math.abs(variance / expected - 1)).toBeLessThan(0.02);
  });
});
