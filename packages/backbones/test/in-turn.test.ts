import { openEngine } from '@auto-seg-loss/engine';
import { add, memory, ones, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, expect, test } from 'vitest';
import { inTurn, type Layer } from '../src/layers.ts';

beforeAll(() => openEngine({ backend: 'wasm' }));

test('in evaluation, what a layer made is gone once the next has seen it', () => {
  const alive: number[] = [];
  const step: Layer = (input) => {
    alive.push(memory().numTensors);
    return add(add(input, 1), 1);
  };
  const input = ones([1, 2, 2, 1]) as Tensor4D;
  const before = memory().numTensors;
  for (const training of [false, true]) {
    alive.length = 0;
    tidy(() => {
      const chain = inTurn([step, inTurn([]), step, inTurn([step, step])]);
      expect(chain(input, training).dataSync()).toEqual(Float32Array.from({ length: 4 }, () => 9));
      // The input stays its owner's, also where nothing is done with it.
      expect(inTurn([])(input, training)).toBe(input);
    });
    // Of the chain, and of the one in it, one each.
    if (!training) expect(Math.max(...alive) - before).toBe(2);
    else expect(Math.max(...alive) - before).toBeGreaterThan(3);
  }
  expect([...input.dataSync()]).toEqual([1, 1, 1, 1]);
  input.dispose();
});
