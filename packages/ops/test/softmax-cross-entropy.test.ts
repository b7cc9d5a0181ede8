import { Random } from '@auto-seg-loss/kernel';
import { type Tensor3D, type Tensor4D, tensor3d, tidy } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { engines, open } from '../../engine/test/engines.ts';
import { softmax, softmaxCrossEntropy } from '../src/index.ts';
import { composedSoftmax } from '../src/ops/softmax.ts';
import { composedCrossEntropy } from '../src/ops/softmax-cross-entropy.ts';
import { crossEntropy } from './reference/cross-entropy.ts';
import { centralDifferences, dot, expectClose, normal, run } from './tensors.ts';

const SHAPE = [2, 5, 4] as const;
const random = Random.fromSeed(7);
const labels = Int32Array.from({ length: 40 }, () => [0, 1, 2, 3, 255, -1, 4][random.integer(0, 6)] as number);

function labelTensor(values: Int32Array): Tensor3D {
  return tensor3d(values, [...SHAPE], 'int32');
}

describe.each(engines)('softmaxCrossEntropy on %s', (engine) => {
  beforeAll(() => open(engine));

  const options = [
    {},
    { smoothing: 0.1 },
    { classWeights: [0.5, 2, 0, 1] },
    { classWeights: [0.5, 2, 0, 1], smoothing: 0.2 },
  ];
  describe.each(['dispatched', 'composed'])('%s', (path) => {
    const loss = path === 'composed' ? composedCrossEntropy : softmaxCrossEntropy;

    test.each(options)('is its definition, with the gradient: %o', (option) => {
      const x = normal([...SHAPE, 4], 1, 3);
      const reference = (data: Float64Array): number =>
        crossEntropy({ ...x, data }, labels, option.classWeights, option.smoothing ?? 0);
      const { value, gradients } = run((a) => tidy(() => loss(a as Tensor4D, labelTensor(labels), option)), [x]);
      expect(value.shape).toEqual([]);
      expectClose(value.data, [reference(x.data)], 1e-5);
      expectClose(gradients[0]?.data ?? [], centralDifferences(reference, x.data), 1e-5);
    });

    test.each(options)('is 0 with a gradient of 0 where no pixel is valid: %o', (option) => {
      const none = new Int32Array(40).fill(255);
      const { value, gradients } = run(
        (a) => tidy(() => loss(a as Tensor4D, labelTensor(none), option)),
        [normal([...SHAPE, 4], 1)],
      );
      expect(value.data[0]).toBe(0);
      expect(gradients[0]?.data.every((slope) => slope === 0)).toBe(true);
    });

    test('stays finite for logits of any size', () => {
      const x = normal([...SHAPE, 4], 2, 1e4);
      const { value, gradients } = run((a) => tidy(() => loss(a as Tensor4D, labelTensor(labels), {})), [x]);
      expectClose(value.data, [crossEntropy(x, labels, undefined, 0)], 1e-5);
      expect(gradients[0]?.data.every(Number.isFinite)).toBe(true);
    });

    test('takes the outer gradient', () => {
      const x = normal([...SHAPE, 4], 3);
      const f = (a: unknown) => tidy(() => loss(a as Tensor4D, labelTensor(labels), {}));
      const once = run(f, [x]);
      const thrice = run(f, [x], { shape: [], data: Float64Array.of(3) });
      expectClose(thrice.gradients[0]?.data ?? [], once.gradients[0]?.data.map((slope) => 3 * slope) ?? [], 1e-6);
    });
  });
});

describe.each(engines)('softmax on %s', (engine) => {
  beforeAll(() => open(engine));

  test('sums to 1, with the gradient', () => {
    const [x, weights] = [normal([1, 3, 4, 5], 1, 2), normal([1, 3, 4, 5], 2)];
    const reference = (data: Float64Array): Float64Array => {
      const p = data.map((value, index) => {
        const start = index - (index % 5);
        return Math.exp(value) / data.subarray(start, start + 5).reduce((sum, z) => sum + Math.exp(z), 0);
      });
      return p;
    };
    const byX = centralDifferences((data) => dot(reference(data), weights.data), x.data);
    for (const f of [softmax, composedSoftmax]) {
      const { value, gradients } = run((a) => f(a as Tensor4D), [x], weights);
      expectClose(value.data, reference(x.data), 1e-6);
      expectClose(gradients[0]?.data ?? [], byX, 1e-5);
    }
  });
});
