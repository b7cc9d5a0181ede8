import {
  memory,
  mul,
  relu as plainRelu,
  type Scalar,
  sum,
  type Tensor,
  tensor1d,
  tidy,
  variable,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { engines, open } from '../../engine/test/engines.ts';
import { gradients, relu } from '../src/index.ts';
import { normal, run } from './tensors.ts';

describe.each(engines)('gradients on %s', (engine) => {
  beforeAll(() => open(engine));

  test('gives the value and the gradients by name, and leaves nothing else', () => {
    const [a, b] = tidy(() => [variable(tensor1d([1, 2])), variable(tensor1d([3, 4]))] as const);
    const before = memory().numTensors;
    const { value, grads } = gradients(() => sum(mul(mul(a, a), b)) as Scalar, [a, b]);
    expect(memory().numTensors).toBe(before + 3);
    expect(value.dataSync()[0]).toBe(19);
    expect(Array.from((grads[a.name] as Tensor).dataSync())).toEqual([6, 16]);
    expect(Array.from((grads[b.name] as Tensor).dataSync())).toEqual([1, 4]);
    value.dispose();
    for (const gradient of Object.values(grads)) gradient.dispose();
    a.dispose();
    b.dispose();
  });

  test('a function that throws leaves nothing', () => {
    const a = tidy(() => variable(tensor1d([1, 2])));
    const before = memory().numTensors;
    const f = (): Scalar => {
      relu(mul(a, a));
      throw new Error('no');
    };
    expect(() => gradients(f, [a])).toThrow('no');
    expect(memory().numTensors).toBe(before);
    const { value, grads } = gradients(() => sum(a) as Scalar, [a]);
    value.dispose();
    for (const gradient of Object.values(grads)) gradient.dispose();
    expect(memory().numTensors).toBe(before);
    a.dispose();
  });

  test('relu is tfjs’s, with its gradient', () => {
    const x = normal([3, 4, 5, 2], 1);
    const [ours, theirs] = [
      run((a) => relu(a), [x], normal(x.shape, 2)),
      run((a) => plainRelu(a), [x], normal(x.shape, 2)),
    ];
    expect(ours).toEqual(theirs);
  });
});
