import { windowOf } from '@auto-seg-loss/kernel';
import type { Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { engines, open } from '../../engine/test/engines.ts';
import { dilate, erode } from '../src/index.ts';
import { composedWindowMaximum, pooledWindowMaximum } from '../src/ops/window-maximum.ts';
import { disc, window } from './reference/window.ts';
import { centralDifferences, dot, expectClose, normal, run, type Values } from './tensors.ts';

/** Values in (0, 1), all different, so that gradients exist. */
function mask(shape: readonly number[], seed: number): Values {
  const values = normal(shape, seed);
  return { shape, data: values.data.map((value) => Math.fround(1 / (1 + Math.exp(-value)))) };
}

describe.each(engines)('windows on %s', (engine) => {
  beforeAll(() => open(engine));

  const operations = [
    ...(
      [
        [1, 1],
        [2, 1],
        [0, 0],
        [1, 0],
        [3, 0],
      ] as const
    ).map(([radius, outside]) => ({
      name: `erode ${radius}, outside ${outside}`,
      f: (x: Tensor4D) => erode(x, radius, outside),
      reference: (x: Values) => window(x, radius, -1, outside),
    })),
    ...[0, 1, 2, 5].map((tolerance) => ({
      name: `dilate ${tolerance}`,
      f: (x: Tensor4D) => dilate(x, tolerance),
      reference: (x: Values) => window(x, tolerance, 1, 0),
    })),
    {
      name: 'composed dilate 2',
      f: (x: Tensor4D) => composedWindowMaximum(x, 2),
      reference: (x: Values) => window(x, 2, 1, 0),
    },
    ...(
      [
        [{ disc: 1 }, 0],
        [{ disc: 2.3 }, 1],
        [{ disc: 3, spacing: [1, 0.6] }, 0],
      ] as const
    ).map(([shape, outside]) => ({
      name: `erode by ${JSON.stringify(shape)}, outside ${outside}`,
      f: (x: Tensor4D) => erode(x, windowOf(shape, 0, 0), outside),
      reference: (x: Values) => disc(x, shape, -1, outside),
    })),
    ...([{ disc: 1 }, { disc: 3 }, { disc: 5, spacing: [2, 1] }, { disc: 9, spacing: [1, 3] }] as const).map(
      (shape) => ({
        name: `dilate by ${JSON.stringify(shape)}`,
        f: (x: Tensor4D) => dilate(x, windowOf(shape, 0, 0)),
        reference: (x: Values) => disc(x, shape, 1, 0),
      }),
    ),
    ...(engine === 'native'
      ? [
          {
            name: 'pooled dilate 2',
            f: (x: Tensor4D) => pooledWindowMaximum(x, 2),
            reference: (x: Values) => window(x, 2, 1, 0),
          },
        ]
      : []),
  ];
  describe.each(operations)('$name', ({ f, reference }) => {
    test.each([
      [2, 6, 7, 3],
      [1, 1, 1, 2],
      [1, 1, 9, 1],
      [1, 13, 2, 2],
    ])('is its definition, with the gradient: %d×%d×%d×%d', (...shape) => {
      const [x, weights] = [mask(shape, 1), normal(shape, 2)];
      const { value, gradients } = run((a) => f(a as Tensor4D), [x], weights);
      expectClose(value.data, reference(x).data, 0);
      const byX = centralDifferences((data) => dot(reference({ ...x, data }).data, weights.data), x.data, 1e-7);
      expectClose(gradients[0]?.data ?? [], byX, 1e-5);
    });
  });

  test('of equal values, the first in reading order takes the gradient', () => {
    const x = { shape: [1, 3, 3, 1], data: Float64Array.from([0, 0.5, 1, 1, 0, 1, 0, 0, 0]) };
    const middle = { shape: [1, 3, 3, 1], data: Float64Array.from([0, 0, 0, 0, 1, 0, 0, 0, 0]) };
    const { gradients } = run((a) => dilate(a as Tensor4D, 1), [x], middle);
    expect(Array.from(gradients[0]?.data ?? [])).toEqual([0, 0, 1, 0, 0, 0, 0, 0, 0]);
  });
});
