import type { Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { engines, nativeInstalled, open } from '../../engine/test/engines.ts';
import { adaptiveAveragePool, addBranches, maxPool } from '../src/index.ts';
import { asOnGpu } from './as-on-gpu.ts';
import { centralDifferences, dot, expectClose, normal, run, type Values } from './tensors.ts';

type Shape = readonly [number, number, number, number];

/** Of each window the values that lie in the image, put together by `summary`. */
function pooled(
  { shape, data }: Values,
  size: readonly [number, number],
  window: (index: number, axis: 0 | 1) => readonly [first: number, last: number],
  summary: (values: readonly number[]) => number,
): Values {
  const [n, h, w, c] = shape as unknown as Shape;
  const out: number[] = [];
  for (let image = 0; image < n; image++)
    for (let i = 0; i < size[0]; i++)
      for (let j = 0; j < size[1]; j++)
        for (let channel = 0; channel < c; channel++) {
          const [rows, columns] = [window(i, 0), window(j, 1)];
          const values: number[] = [];
          for (let y = Math.max(0, rows[0]); y < Math.min(h, rows[1]); y++)
            for (let x = Math.max(0, columns[0]); x < Math.min(w, columns[1]); x++)
              values.push(data[((image * h + y) * w + x) * c + channel] as number);
          out.push(summary(values));
        }
  return { shape: [n, ...size, c], data: Float64Array.from(out) };
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

describe.each(engines)('pooling on %s', (engine) => {
  beforeAll(() => open(engine));

  test.each<[Shape]>([[[2, 7, 6, 3]], [[1, 8, 8, 2]], [[1, 1, 2, 1]], [[2, 5, 1, 4]]])(
    'maxPool of %o is the maximum of 3×3 windows at stride 2, of negative values too',
    (shape) => {
      const x = { ...normal(shape, 1), data: normal(shape, 1).data.map((value) => value - 2) };
      const reference = (values: Values): Values =>
        pooled(
          values,
          [Math.ceil(shape[1] / 2), Math.ceil(shape[2] / 2)],
          (index) => [2 * index - 1, 2 * index + 2],
          (values) => Math.max(...values),
        );
      const expected = reference(x);
      const weights = normal(expected.shape, 2);
      const { value, gradients } = run((a) => maxPool(a as Tensor4D), [x], weights);
      expect(value.shape).toEqual(expected.shape);
      expectClose(value.data, expected.data, 1e-7);
      const slope = centralDifferences((data) => dot(reference({ ...x, data }).data, weights.data), x.data);
      expectClose(gradients[0]?.data ?? [], slope, 1e-5);
    },
  );

  test('of equal values the first has the gradient of maxPool, and what is no number shows', () => {
    const flat = { shape: [1, 4, 4, 17], data: new Float64Array(4 * 4 * 17) };
    const { gradients } = run((a) => maxPool(a as Tensor4D), [flat]);
    const taken = [...(gradients[0]?.data ?? [])].filter((_, index) => index % 17 === 16);
    // The windows begin at pixels (0, 0), (0, 1), (1, 0) and (1, 1).
    expect(taken).toEqual([1, 1, 0, 0, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
    const data = flat.data.map((_, index) => (index === 5 ? Number.NaN : index));
    const { value } = run((a) => maxPool(a as Tensor4D), [{ ...flat, data }]);
    expect([...value.data].flatMap((each, index) => (Number.isNaN(each) ? [index] : []))).toEqual([5]);
  });

  test.each<[Shape, number]>([
    [[2, 7, 6, 3], 3],
    [[1, 12, 6, 2], 6],
    [[1, 3, 2, 4], 6],
    [[2, 5, 4, 3], 1],
  ])('adaptiveAveragePool of %o to %i bins', (shape, bins) => {
    const x = normal(shape, 1);
    const reference = (values: Values): Values =>
      pooled(
        values,
        [bins, bins],
        (index, axis) => {
          const size = shape[axis + 1] as number;
          return [Math.floor((index * size) / bins), Math.ceil(((index + 1) * size) / bins)];
        },
        mean,
      );
    const weights = normal([shape[0], bins, bins, shape[3]], 2);
    const { value, gradients } = run((a) => adaptiveAveragePool(a as Tensor4D, bins), [x], weights);
    expect(value.shape).toEqual(weights.shape);
    expectClose(value.data, reference(x).data, 1e-6);
    const slope = centralDifferences((data) => dot(reference({ ...x, data }).data, weights.data), x.data);
    expectClose(gradients[0]?.data ?? [], slope, 1e-5);
  });
});

describe.runIf(nativeInstalled)('on a GPU', () => {
  beforeAll(() => open('native'));

  test('maxPool and addBranches do the same without operations of ours', async () => {
    const inputs = [normal([2, 7, 6, 5], 1), normal([2, 7, 6, 5], 2)];
    const all = (): ReturnType<typeof run> =>
      run((a, b) => maxPool(addBranches(a as Tensor4D, b as Tensor4D, true)), inputs, normal([2, 4, 3, 5], 3));
    const own = all();
    let other: typeof own | undefined;
    const ops = await asOnGpu(() => {
      other = all();
    });
    expect(ops.filter((op) => op.startsWith('Asl'))).toEqual([]);
    expectClose(own.value.data, other?.value.data ?? [], 0);
    for (const [index, { data }] of own.gradients.entries()) {
      // Sums of the same values, in another order.
      expectClose(data, other?.gradients[index]?.data ?? [], 1e-6);
    }
  });
});
