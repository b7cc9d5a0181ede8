import { openEngine } from '@auto-seg-loss/engine';
import { isAslError } from '@auto-seg-loss/kernel';
import { memory, type Scalar, type Tensor4D, tensor3d, tensor4d, tidy, valueAndGrad } from '@tensorflow/tfjs-core';
import { beforeEach, describe, expect, test } from 'vitest';
import { type CrossEntropyOptions, plugin } from '../src/index.ts';

const shape: [number, number, number, number] = [2, 3, 2, 4];
const logits = [
  -0.62, -1.43, -1.46, -0.6, -0.51, -0.72, 1.88, 2.32, -0.34, 0.03, -0.1, 1.1, -2.5, 0.64, 1.19, 2.11, 1.61, 0.75, 1.15,
  3.14, 1.75, -7.41, -3.63, -3.69, -2.37, 1.09, 2.1, -0.31, -4.2, 3.16, 2.17, 1.78, 1.29, 0.19, -3.02, -1.17, -4.14,
  -0.39, 0.73, -0.73, 3.11, 4.52, 4.19, 0.43, 2.74, 1.69, -2.08, 1.51,
];
const labels = [3, 1, 255, 3, 1, 1, 3, 2, 0, 0, 2, 255];
const classWeights = [0.5, 1, 2, 0];

/** PyTorch 2.15, float64: cross_entropy(…, ignore_index=255); the gradient at the first three pixels. */
const golden: readonly (readonly [Partial<CrossEntropyOptions>, number, readonly number[]])[] = [
  [{}, 2.8021942, [0.0345212, 0.015357, 0.0149032, -0.0647814, 0.0033705, -0.097268, 0.0367835, 0.057114, 0, 0, 0, 0]],
  [
    { labelSmoothing: 0.1 },
    2.7694942,
    [0.0320212, 0.012857, 0.0124032, -0.0572814, 0.0008705, -0.089768, 0.0342835, 0.054614, 0, 0, 0, 0],
  ],
  [{ classWeights }, 2.9176799, [0, 0, 0, 0, 0.0042131, -0.1215849, 0.0459794, 0.0713925, 0, 0, 0, 0]],
  [
    { classWeights, labelSmoothing: 0.2 },
    2.8405301,
    [0.0044265, -0.0028906, -0.0092399, 0.0077041, 0.0009827, -0.1029203, 0.0323299, 0.0696077, 0, 0, 0, 0],
  ],
];

const make = (options: Partial<CrossEntropyOptions>) => {
  const loss = plugin.create(plugin.options.parse(options), { baseDir: '', cacheDir: '' });
  if (loss instanceof Promise) throw new Error('made at once');
  return loss;
};

describe.each(['wasm', 'native'] as const)('cross-entropy on the %s engine', (backend) => {
  beforeEach(async ({ skip }) => {
    const engine = await openEngine({ backend: backend === 'native' ? 'auto' : backend, threads: 1 });
    skip(engine.backend !== backend, 'the native engine is not installed: asl engine install');
  });

  test.each(golden)('with %j is what PyTorch computes', (options, expectedValue, expectedGradient) => {
    const before = memory().numTensors;
    const loss = make(options);
    const { value, gradient } = tidy(() => {
      const result = valueAndGrad((z: Tensor4D): Scalar => loss.value(z, tensor3d(labels, [2, 3, 2], 'int32')))(
        tensor4d(logits, shape),
      );
      return { value: result.value.dataSync()[0] as number, gradient: [...result.grad.dataSync()] };
    });
    expect(value).toBeCloseTo(expectedValue, 5);
    for (const [index, entry] of expectedGradient.entries()) expect(gradient[index]).toBeCloseTo(entry, 6);
    // Both ignored pixels.
    for (const pixel of [2, 11])
      expect(gradient.slice(pixel * 4, pixel * 4 + 4).every((entry) => entry === 0)).toBe(true);
    expect(memory().numTensors).toBe(before);
  });

  test.each([{}, { classWeights, labelSmoothing: 0.1 }])('with %j is 0 where every pixel is ignored', (options) => {
    const loss = make(options);
    const [value, gradient] = tidy(() => {
      const ignored = tensor3d(
        labels.map(() => 255),
        [2, 3, 2],
        'int32',
      );
      const result = valueAndGrad((z: Tensor4D): Scalar => loss.value(z, ignored))(tensor4d(logits, shape));
      return [result.value.dataSync()[0], [...result.grad.dataSync()]];
    });
    expect(value).toBe(0);
    expect(gradient.every((entry) => entry === 0)).toBe(true);
  });

  test('refuses weights for another number of classes, naming both', () => {
    const loss = make({ classWeights: [1, 2, 3] });
    let message = '';
    tidy(() => {
      try {
        loss.value(tensor4d(logits, shape), tensor3d(labels, [2, 3, 2], 'int32'));
      } catch (error) {
        message = isAslError(error) ? error.format() : String(error);
      }
    });
    expect(message).toContain('ASL_LOSS_MISMATCH');
    expect(message).toContain('expected: 4 weights');
    expect(message).toContain('received: 3 weights');
  });
});

describe('options of cross-entropy', () => {
  test.each([
    { classWeights: [] },
    { classWeights: [-1, 1] },
    { classWeights: [0, 0] },
    { labelSmoothing: 1 },
    { weight: 1 },
  ])('%j is refused', (options) => {
    expect(plugin.options.safeParse(options).success).toBe(false);
  });
});
