import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { engines, open } from '../../engine/test/engines.ts';
import { pixelSums } from '../src/pixel-sums.ts';

describe.each(engines)('sums over pixels on the %s engine', (engine) => {
  beforeAll(() => open(engine));

  test.each([1, 2, 511, 512, 513, 1021, 4096, 7 * 1021, 300_000])('of %s of them', (pixels) => {
    const [groups, classes] = [2, 3];
    const weight = Float32Array.from({ length: groups * pixels }, (_, i) => (i % 5 === 0 ? 0 : 1));
    const values = Float32Array.from({ length: groups * pixels * classes }, (_, i) => 0.5 + 0.5 * Math.sin(i));
    const slopes = [1, -2, 3, 0.5, 4, -5];
    const expected = new Array<number>(groups * classes).fill(0);
    values.forEach((value, i) => {
      const sum = Math.floor(i / (pixels * classes)) * classes + (i % classes);
      expected[sum] = (expected[sum] as number) + value * (weight[Math.floor(i / classes)] as number);
    });
    const { value, grad } = tf.tidy(() => {
      const region = tf.tensor3d(weight, [groups, 1, pixels]);
      const sums = (x: tf.Tensor) => pixelSums(region, x as tf.Tensor3D);
      const dy = tf.tensor2d(slopes, [groups, classes]);
      return tf.valueAndGrad(sums)(tf.tensor3d(values, [groups, pixels, classes]), dy);
    });
    value.dataSync().forEach((sum, i) => {
      expect(Math.abs(sum - (expected[i] as number))).toBeLessThanOrEqual(3e-6 * (expected[i] as number));
    });
    const gradient = grad.dataSync();
    const wrong = gradient.findIndex((slope, i) => {
      const sum = Math.floor(i / (pixels * classes)) * classes + (i % classes);
      return slope !== (slopes[sum] as number) * (weight[Math.floor(i / classes)] as number);
    });
    expect(wrong).toBe(-1);
    tf.dispose([value, grad]);
  });
});
