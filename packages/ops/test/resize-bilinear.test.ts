import type { Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { engines, open } from '../../engine/test/engines.ts';
import { resizeBilinear } from '../src/index.ts';
import { composedResize } from '../src/ops/resize-bilinear.ts';
import { bilinear } from './reference/bilinear.ts';
import { centralDifferences, dot, expectClose, normal, run } from './tensors.ts';

interface Sizes {
  readonly from: readonly [number, number, number, number];
  readonly to: readonly [number, number];
}

describe.each(engines)('resizeBilinear on %s', (engine) => {
  beforeAll(() => open(engine));

  test.each([
    { from: [2, 3, 4, 3], to: [12, 16] },
    { from: [1, 5, 7, 2], to: [8, 9] },
    { from: [1, 8, 9, 2], to: [5, 4] },
    { from: [2, 1, 1, 3], to: [4, 5] },
    { from: [1, 4, 5, 1], to: [4, 5] },
    { from: [1, 4, 5, 1], to: [1, 1] },
  ] satisfies readonly Sizes[])('is its definition, with the gradient: %o', ({ from, to }: Sizes) => {
    const x = normal(from, 1);
    const expected = bilinear(x, ...to);
    const weights = normal(expected.shape, 2);
    const byX = centralDifferences((data) => dot(bilinear({ ...x, data }, ...to).data, weights.data), x.data);
    for (const resize of [(a: Tensor4D) => resizeBilinear(a, to), (a: Tensor4D) => composedResize(a, ...to)]) {
      const { value, gradients } = run((a) => resize(a as Tensor4D), [x], weights);
      expect(value.shape).toEqual(expected.shape);
      expectClose(value.data, expected.data, 1e-5);
      expectClose(gradients[0]?.data ?? [], byX, 1e-5);
    }
  });
});
