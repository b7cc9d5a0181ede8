import { openEngine } from '@auto-seg-loss/engine';
import { findInstalled } from '@auto-seg-loss/engine/install';
import { publishedLosses } from '@auto-seg-loss/formula';
import { type Metric, Random } from '@auto-seg-loss/kernel';
import { relaxedLoss } from '@auto-seg-loss/relaxed';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, test as vitestTest } from 'vitest';
import { bezierSurrogate } from '../../../plugins/surrogate-bezier/src/bezier-surrogate.ts';
import { allMetrics } from '../../formula/test/metrics.ts';

interface Task {
  readonly metric: 'biou' | 'bf1';
  readonly shape: readonly [n: number, h: number, w: number, c: number];
  readonly tolerance: number;
  readonly background: boolean;
}

const installed = findInstalled().addons !== undefined;
if (!installed) console.warn('The native engine is not installed (asl engine install): its tests are skipped.');

async function evaluate(backend: 'native' | 'wasm', { metric: name, shape, ...options }: Task): Promise<Float32Array> {
  await openEngine({ backend });
  const random = Random.fromSeed(JSON.stringify(shape));
  const [n, h, w, c] = shape;
  const labels = Int32Array.from({ length: n * h * w }, (_, i) => {
    const block = random.split(`${Math.floor(i / w / 4)}/${Math.floor((i % w) / 5)}`);
    return block.uniform() < 0.1 ? 255 : block.integer(0, c - 1);
  });
  const logits = Float32Array.from({ length: n * h * w * c }, (_, i) => {
    return 2 * random.normal() + (labels[Math.floor(i / c)] === i % c ? 3 : 0);
  });
  const metric = allMetrics(options).find((each) => each.name === name) as Metric;
  const curves = (publishedLosses[name]?.curves ?? []).map((points) =>
    bezierSurrogate((points.length - 1) / 2).fromPoints(points),
  );
  return tf.tidy(() => {
    const y = tf.tensor3d(labels, [n, h, w], 'int32');
    const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => relaxedLoss(metric, curves).value(x as tf.Tensor4D, y))(
      tf.tensor4d(logits, [n, h, w, c]),
    );
    return Float32Array.of(value.dataSync()[0] as number, ...grad.dataSync());
  });
}

// The float64 reference is too slow for these sizes; on WebAssembly losses are composed of windows, masks and curves.
describe('outlines in native operations equal composed ones', () => {
  const test = vitestTest.runIf(installed);
  const tasks: readonly Task[] = (['biou', 'bf1'] as const).flatMap((metric) => [
    { metric, shape: [2, 24, 31, 11], tolerance: 5, background: true },
    { metric, shape: [1, 21, 40, 70], tolerance: 3, background: false }, // more classes than a word has bits
    { metric, shape: [2, 3, 50, 33], tolerance: 60, background: true }, // windows larger than the image
    { metric, shape: [1, 40, 1, 4], tolerance: 0, background: true },
  ]);
  for (const task of tasks) {
    test(`${task.metric}, ${task.shape.join('×')}, tolerance ${task.tolerance}`, async () => {
      const composed = await evaluate('wasm', task);
      const native = await evaluate('native', task);
      const largest = composed.reduce((most, value, i) => (i === 0 ? 0 : Math.max(most, Math.abs(value))), 0);
      expect(native[0]).toBeCloseTo(composed[0] as number, 5);
      let difference = 0;
      for (let i = 1; i < native.length; i++)
        difference = Math.max(difference, Math.abs((native[i] as number) - (composed[i] as number)));
      expect(largest).toBeGreaterThan(0);
      expect(difference).toBeLessThan(1e-3 * largest);
    });
  }
});
