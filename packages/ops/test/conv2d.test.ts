import type { Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { engines, open } from '../../engine/test/engines.ts';
import { type Conv2dOptions, conv2d } from '../src/index.ts';
import { dilatedBySpaceToBatch } from '../src/ops/conv2d.ts';
import { convolution } from './reference/convolution.ts';
import { centralDifferences, dot, expectClose, normal, run, toTensor } from './tensors.ts';

interface Case extends Conv2dOptions {
  readonly size: readonly number[];
  readonly filter: readonly number[];
}

const cases = [
  { size: [2, 7, 6, 3], filter: [3, 3, 3, 4], stride: 1, dilation: 1 },
  { size: [2, 7, 6, 3], filter: [3, 3, 3, 4], stride: 2, dilation: 1 },
  { size: [1, 8, 9, 2], filter: [3, 3, 2, 5], stride: 2, dilation: 1 },
  { size: [1, 8, 5, 2], filter: [1, 1, 2, 3], stride: 1, dilation: 1 },
  { size: [1, 8, 5, 4], filter: [1, 1, 4, 3], stride: 2, dilation: 1 },
  { size: [2, 7, 6, 3], filter: [3, 3, 3, 4], stride: 1, dilation: 2 },
  { size: [1, 9, 5, 2], filter: [3, 3, 2, 3], stride: 1, dilation: 4 },
  // Taps that all lie outside the image, but the middle one.
  { size: [1, 3, 4, 2], filter: [3, 3, 2, 2], stride: 1, dilation: 6 },
  { size: [1, 8, 9, 2], filter: [3, 3, 2, 5], stride: 2, dilation: 1, padding: 'symmetric' },
  { size: [2, 9, 6, 2], filter: [7, 7, 2, 3], stride: 2, dilation: 1, padding: 'symmetric' },
  { size: [1, 8, 5, 4], filter: [1, 1, 4, 3], stride: 2, dilation: 1, padding: 'symmetric' },
  { size: [2, 6, 6, 3], filter: [3, 3, 3, 4], stride: 1, dilation: 2, padding: 'symmetric' },
] as const satisfies readonly Case[];

describe.each(engines)('conv2d on %s', (engine) => {
  beforeAll(() => open(engine));

  test.each<Case>(cases)(
    'is its definition, with gradients: %o',
    ({ size, filter, stride = 1, dilation = 1, padding = 'same' }) => {
      const [x, f] = [normal(size, 1), normal(filter, 2)];
      const expected = convolution(x, f, stride, dilation, padding);
      const weights = normal(expected.shape, 3);
      const { value, gradients } = run(
        (a, b) => conv2d(a as Tensor4D, b as Tensor4D, { stride, dilation, padding }),
        [x, f],
        weights,
      );
      expect(value.shape).toEqual(expected.shape);
      expectClose(value.data, expected.data, 1e-5);
      const byX = centralDifferences(
        (data) => dot(convolution({ ...x, data }, f, stride, dilation, padding).data, weights.data),
        x.data,
      );
      const byFilter = centralDifferences(
        (data) => dot(convolution(x, { ...f, data }, stride, dilation, padding).data, weights.data),
        f.data,
      );
      expectClose(gradients[0]?.data ?? [], byX, 1e-5);
      expectClose(gradients[1]?.data ?? [], byFilter, 1e-5);
    },
  );

  test('an input that is constant has no gradient, and the filter the same one', () => {
    const [x, f, weights] = [normal([2, 8, 7, 3], 7), normal([3, 3, 3, 4], 8), normal([2, 4, 4, 4], 9)];
    const options = { stride: 2, padding: 'symmetric' } as const;
    const image = toTensor(x) as Tensor4D;
    const all = run((a, b) => conv2d(a as Tensor4D, b as Tensor4D, options), [x, f], weights);
    const constant = run((b) => conv2d(image, b as Tensor4D, { ...options, constantInput: true }), [f], weights);
    expect(constant.value).toEqual(all.value);
    expect(constant.gradients).toEqual([all.gradients[1]]);
    image.dispose();
  });

  test('dilation by sub-images is the same', () => {
    const [x, f, weights] = [normal([2, 9, 7, 3], 4), normal([3, 3, 3, 2], 5), normal([2, 9, 7, 2], 6)];
    const direct = run((a, b) => conv2d(a as Tensor4D, b as Tensor4D, { dilation: 3 }), [x, f], weights);
    const composed = run((a, b) => dilatedBySpaceToBatch(a as Tensor4D, b as Tensor4D, 3), [x, f], weights);
    expectClose(composed.value.data, direct.value.data, 1e-5);
    for (const [index, gradient] of composed.gradients.entries()) {
      expectClose(gradient.data, direct.gradients[index]?.data ?? [], 1e-5);
    }
  });
});
