import { type Tensor4D, tensor1d, tidy } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { nativeInstalled, open } from '../../engine/test/engines.ts';
import { runOp1 } from '../src/native/native-ops.ts';
import {
  convolve3x3,
  filterGradient3x3,
  filterGradientSuitsTiles,
  inputGradient3x3,
  suitsTiles,
} from '../src/ops/convolution3x3.ts';
import { filterGradient } from '../src/ops/filter-gradient.ts';
import { expectClose, normal, toTensor } from './tensors.ts';

const width = fc.constantFrom(16, 48, 80);
const shapes = fc.record({
  n: fc.integer({ min: 1, max: 6 }),
  h: fc.integer({ min: 1, max: 13 }),
  w: fc.integer({ min: 1, max: 13 }),
  from: width,
  to: width,
  dilation: fc.integer({ min: 1, max: 4 }),
});

/** Of values that are sums of up to some thousand products. */
const TOLERANCE = 2e-5;

describe.runIf(nativeInstalled)('convolutions by tiles', () => {
  beforeAll(() => open('native'));

  test("value and gradients are those of TensorFlow's convolutions, wherever tiles end", () => {
    fc.assert(
      fc.property(shapes, fc.nat(), ({ n, h, w, from, to, dilation }, seed) => {
        tidy(() => {
          const x = toTensor(normal([n, h, w, from], seed)) as Tensor4D;
          const filter = toTensor(normal([3, 3, from, to], seed + 1)) as Tensor4D;
          const dy = toTensor(normal([n, h, w, to], seed + 2)) as Tensor4D;
          const attributes = {
            T: { type: 'float32' },
            strides: { int: [1, 1, 1, 1] },
            padding: { string: 'SAME' },
            dilations: { int: [1, dilation, dilation, 1] },
          } as const;
          const size = tensor1d(x.shape, 'int32');
          const value = runOp1('Conv2D', [x, filter], attributes);
          const byX = runOp1('Conv2DBackpropInput', [size, filter, dy], attributes);
          const byFilter = filterGradient(x, dy, filter.shape, 1, dilation, 'same');
          expectClose(convolve3x3(x, filter, dilation).dataSync(), value.dataSync(), TOLERANCE);
          expectClose(inputGradient3x3(dy, filter, dilation).dataSync(), byX.dataSync(), TOLERANCE);
          expectClose(filterGradient3x3(x, dy, dilation).dataSync(), byFilter.dataSync(), TOLERANCE);
        });
      }),
      { numRuns: 80 },
    );
  });

  test('a value that is no number shows wherever it is seen', () => {
    tidy(() => {
      const values = normal([1, 8, 8, 16], 1);
      values.data[(3 * 8 + 4) * 16 + 5] = Number.NaN;
      const x = toTensor(values) as Tensor4D;
      const y = convolve3x3(x, toTensor(normal([3, 3, 16, 16], 2)) as Tensor4D, 1).dataSync();
      for (let row = 2; row <= 4; row++)
        for (let column = 3; column <= 5; column++) expect(y[(row * 8 + column) * 16]).toBeNaN();
      expect(filterGradient3x3(x, x, 1).dataSync().some(Number.isNaN)).toBe(true);
    });
  });

  test('they are used where they take fewer products', () => {
    const filter = [3, 3, 32, 32] as const;
    expect(suitsTiles([2, 16, 24, 32], filter, 1, 1)).toBe(true);
    expect(suitsTiles([2, 9, 15, 32], filter, 1, 2)).toBe(true);
    // Sub-images of 2×3 pixels: tiles would be mostly empty.
    expect(suitsTiles([2, 8, 12, 32], filter, 1, 4)).toBe(false);
    expect(filterGradientSuitsTiles([2, 8, 12, 32], filter, 1, 4)).toBe(true);
    expect(suitsTiles([2, 16, 24, 32], filter, 2, 1)).toBe(false);
    expect(suitsTiles([2, 16, 24, 24], [3, 3, 24, 32], 1, 1)).toBe(false);
    expect(suitsTiles([2, 16, 24, 32], [5, 5, 32, 32], 1, 1)).toBe(false);
  });
});
