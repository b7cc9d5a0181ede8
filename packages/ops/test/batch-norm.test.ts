import { memory, type Tensor4D, tensor1d, tidy, variable } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { engines, open } from '../../engine/test/engines.ts';
import { batchNorm } from '../src/index.ts';
import { composedBatchNorm, tensorflowBatchNorm } from '../src/ops/batch-norm.ts';
import { batchStatistics, normalised } from './reference/batch-statistics.ts';
import { centralDifferences, dot, expectClose, normal, run, toTensor } from './tensors.ts';

const EPSILON = 1e-5;
// Scaled so that some values pass 6.
const [x, gamma, beta, weights] = [
  normal([3, 4, 5, 6], 1, 2),
  normal([6], 2, 4),
  normal([6], 3),
  normal([3, 4, 5, 6], 4),
];
const old = { mean: normal([6], 5).data, variance: normal([6], 6).data.map((value) => value ** 2) };

function withStatistics<T>(work: (mean: ReturnType<typeof variable>, variance: ReturnType<typeof variable>) => T): T {
  const mean = tidy(() => variable(tensor1d(Array.from(old.mean)), false));
  const variance = tidy(() => variable(tensor1d(Array.from(old.variance)), false));
  try {
    return work(mean, variance);
  } finally {
    mean.dispose();
    variance.dispose();
  }
}

describe.each(engines)('batchNorm on %s', (engine) => {
  beforeAll(() => open(engine));

  describe.each([true, false, 6] as const)('relu %s', (relu) => {
    const statistics = batchStatistics(x);
    const reference = (data: Float64Array, scale: Float64Array, offset: Float64Array): number => {
      const values = { ...x, data };
      return dot(normalised(values, scale, offset, batchStatistics(values), EPSILON, relu).data, weights.data);
    };

    const paths = { composed: composedBatchNorm, tensorflow: tensorflowBatchNorm };
    const names = engine === 'native' ? ['dispatched', 'tensorflow', 'composed'] : ['dispatched', 'composed'];

    test.each(names)('training, %s: values and gradients', (path) =>
      withStatistics((mean, variance) => {
        const { value, gradients } = run(
          (a, b, c) =>
            path === 'dispatched'
              ? batchNorm(a as Tensor4D, { gamma: b, beta: c, mean, variance }, { training: true, relu })
              : paths[path as keyof typeof paths](
                  a as Tensor4D,
                  { gamma: b, beta: c, mean, variance },
                  0.1,
                  EPSILON,
                  relu,
                ),
          [x, gamma, beta] as const,
          weights,
        );
        expectClose(value.data, normalised(x, gamma.data, beta.data, statistics, EPSILON, relu).data, 1e-5);
        const by = [
          centralDifferences((data) => reference(data, gamma.data, beta.data), x.data),
          centralDifferences((data) => reference(x.data, data, beta.data), gamma.data),
          centralDifferences((data) => reference(x.data, gamma.data, data), beta.data),
        ];
        for (const [index, gradient] of gradients.entries()) expectClose(gradient.data, by[index] ?? [], 1e-4);
      }),
    );

    test('not training: the moving averages, which stay', () =>
      withStatistics((mean, variance) => {
        const before = memory().numTensors;
        tidy(() => {
          const [a, b, c] = [toTensor(x) as Tensor4D, toTensor(gamma), toTensor(beta)];
          const y = batchNorm(a, { gamma: b, beta: c, mean, variance }, { training: false, relu });
          expectClose(y.dataSync(), normalised(x, gamma.data, beta.data, old, EPSILON, relu).data, 1e-5);
        });
        expect(memory().numTensors).toBe(before);
        expectClose(mean.dataSync(), old.mean, 1e-7);
        expectClose(variance.dataSync(), old.variance, 1e-7);
      }));
  });

  test.each([0.1, 0.3, 1])(
    'the moving averages take momentum %d of the batch, with the unbiased variance',
    (momentum) =>
      withStatistics((mean, variance) => {
        const statistics = batchStatistics(x);
        const count = x.data.length / 6;
        tidy(() => {
          const [a, b, c] = [toTensor(x) as Tensor4D, toTensor(gamma), toTensor(beta)];
          batchNorm(a, { gamma: b, beta: c, mean, variance }, { training: true, momentum });
        });
        const mix = (from: Float64Array, to: Float64Array, factor: number): Float64Array =>
          from.map((value, index) => (1 - momentum) * value + momentum * factor * (to[index] as number));
        expectClose(mean.dataSync(), mix(old.mean, statistics.mean, 1), 1e-5);
        expectClose(variance.dataSync(), mix(old.variance, statistics.variance, count / (count - 1)), 1e-5);
      }),
  );
});
