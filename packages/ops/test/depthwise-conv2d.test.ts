import type { Tensor4D } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { engines, open } from '../../engine/test/engines.ts';
import { type Conv2dOptions, depthwiseConv2d } from '../src/index.ts';
import { asOnGpu } from './as-on-gpu.ts';
import { convolution } from './reference/convolution.ts';
import { centralDifferences, dot, expectClose, normal, run, type Values } from './tensors.ts';

interface Case extends Conv2dOptions {
  readonly size: readonly number[];
  /** Side of the filter. */
  readonly side: number;
}

const cases: readonly Case[] = [
  { size: [2, 7, 6, 3], side: 3 },
  // More channels than a register holds, and some that fill none.
  { size: [1, 3, 3, 19], side: 3 },
  { size: [1, 4, 3, 17], side: 5 },
  { size: [1, 3, 2, 4], side: 5, padding: 'symmetric' },
  { size: [2, 7, 6, 3], side: 3, stride: 2 },
  { size: [1, 4, 5, 18], side: 5, stride: 2 },
  { size: [2, 8, 7, 3], side: 3, stride: 2, padding: 'symmetric' },
  { size: [1, 6, 8, 2], side: 5, stride: 2, padding: 'symmetric' },
  { size: [2, 7, 6, 3], side: 3, dilation: 2 },
  { size: [1, 5, 3, 17], side: 5, dilation: 2, padding: 'symmetric' },
  // Taps that all lie outside the image, but the middle one.
  { size: [1, 3, 4, 2], side: 3, dilation: 6 },
];

/** A convolution in which each channel sees itself alone. @param filter [rows, columns, c, 1] */
function depthwise(x: Values, filter: Values, { stride = 1, dilation = 1, padding = 'same' }: Conv2dOptions): Values {
  const [rows, columns, c] = filter.shape as [number, number, number];
  const data = new Float64Array(rows * columns * c * c);
  for (const [index, value] of filter.data.entries()) data[index * c + (index % c)] = value;
  return convolution(x, { shape: [rows, columns, c, c], data }, stride, dilation, padding);
}

function check({ size, side, ...options }: Case): void {
  const [x, f] = [normal(size, 1), normal([side, side, size[3] as number, 1], 2)];
  const expected = depthwise(x, f, options);
  const weights = normal(expected.shape, 3);
  const { value, gradients } = run((a, b) => depthwiseConv2d(a as Tensor4D, b as Tensor4D, options), [x, f], weights);
  expect(value.shape).toEqual(expected.shape);
  expectClose(value.data, expected.data, 1e-5);
  const byX = centralDifferences((data) => dot(depthwise({ ...x, data }, f, options).data, weights.data), x.data);
  const byFilter = centralDifferences((data) => dot(depthwise(x, { ...f, data }, options).data, weights.data), f.data);
  expectClose(gradients[0]?.data ?? [], byX, 1e-5);
  expectClose(gradients[1]?.data ?? [], byFilter, 1e-5);
}

describe.each(engines)('depthwiseConv2d on %s', (engine) => {
  beforeAll(() => open(engine));

  test.each(cases)('is its definition, with gradients: %o', (each) => check(each));

  test.skipIf(engine !== 'native').each(cases)('and where our own operations have no kernels: %o', async (each) => {
    const operations = await asOnGpu(() => check(each));
    expect(operations.filter((name) => name.startsWith('Asl'))).toEqual([]);
  });
});
