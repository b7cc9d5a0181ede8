import { openEngine } from '@auto-seg-loss/engine';
import { gradientByCurves, relaxedLoss } from '@auto-seg-loss/formula/relaxed';
import { isAslError, type Metric, type Point, Random } from '@auto-seg-loss/kernel';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { bezierSurrogate } from '../../../plugins/surrogate-bezier/src/bezier-surrogate.ts';
import { readFormula } from '../src/read-formula.ts';
import { allMetrics } from './metrics.ts';

beforeAll(() => openEngine({ backend: 'wasm' }));

const OPTIONS = { tolerance: 1, background: true };
const surrogate = bezierSurrogate(2);
const SHAPE = [2, 9, 11, 3] as const;

function batch(seed: number): { logits: tf.Tensor4D; labels: tf.Tensor3D } {
  const random = Random.fromSeed(seed);
  const [n, h, w, c] = SHAPE;
  const labels = Int32Array.from({ length: n * h * w }, (_, i) => {
    const block = random.split(`${Math.floor(i / (3 * w))}/${Math.floor((i % w) / 4)}`);
    return block.uniform() < 0.1 ? 255 : block.integer(0, c - 1);
  });
  const logits = Float32Array.from({ length: n * h * w * c }, (_, i) => {
    return 1.5 * random.normal() + (labels[Math.floor(i / c)] === i % c ? 1 : 0);
  });
  return { logits: tf.tensor4d(logits, [n, h, w, c]), labels: tf.tensor3d(labels, [n, h, w], 'int32') };
}

/** Curves with bends, none of them at the sides. */
function curvesOf(metric: Metric, seed: number): readonly (readonly Point[])[] {
  const random = Random.fromSeed(seed);
  return readFormula(metric).slots.map((_, slot) => {
    const jitter = (at: number): number => at + 0.08 * (2 * random.split(`${slot}/${at}`).uniform() - 1);
    const inner = [0.25, 0.5, 0.75].map((x): Point => [jitter(x), jitter(x + 0.01)]);
    return [[0, 0.02], ...inner, [1, 0.97]];
  });
}

describe('gradientByCurves', () => {
  test.each(['miou', 'fwiou', 'biou', 'bf1', 'dice', 'boundary-iou'])('%s: is that of differences', (name) => {
    const metric = allMetrics(OPTIONS).find((one) => one.name === name) as Metric;
    const { logits, labels } = batch(3);
    const points = curvesOf(metric, 5);
    const curves = points.map((one) => surrogate.fromPoints(one));
    const before = tf.memory().numTensors;
    const slopes = gradientByCurves(metric, curves, logits, labels);
    expect(tf.memory().numTensors).toBe(before);
    const valueAt = (slot: number, point: number, axis: 0 | 1, by: number): number => {
      const moved = points.map((own, index) => {
        const changed = own.map(
          (one, at): Point =>
            index === slot && at === point ? (one.with(axis, one[axis] + by) as unknown as Point) : one,
        );
        return surrogate.fromPoints(changed);
      });
      return tf.tidy(() => relaxedLoss(metric, moved).value(logits, labels).dataSync()[0] as number);
    };
    let largest = 0;
    for (const [slot, pieces] of slopes.entries()) {
      expect(pieces).toHaveLength(2);
      for (let point = 0; point < 5; point++) {
        for (const axis of [0, 1] as const) {
          // The ends of the curve stay where they are.
          if (axis === 0 && (point === 0 || point === 4)) continue;
          // Where two pieces meet, a point is the end of one and the beginning of the other.
          const claimed = pieces.reduce((sum, fields, piece) => sum + (fields[2 * (point - 2 * piece) + axis] ?? 0), 0);
          const step = 4e-3;
          const measured = (valueAt(slot, point, axis, step) - valueAt(slot, point, axis, -step)) / (2 * step);
          largest = Math.max(largest, Math.abs(claimed));
          const difference = Math.abs(claimed - measured);
          expect(difference, `${slot} ${point} ${axis}`).toBeLessThan(1e-4 + 0.03 * Math.abs(measured));
        }
      }
    }
    expect(largest).toBeGreaterThan(1e-3);
    tf.dispose([logits, labels]);
  });

  test('a curve without pieces is refused by name', () => {
    const [metric] = allMetrics(OPTIONS);
    const { logits, labels } = batch(1);
    const plain = readFormula(metric as Metric).slots.map(() => ({
      points: [],
      value: (p: number) => p,
      derivative: () => 1,
    }));
    try {
      gradientByCurves(metric as Metric, plain, logits, labels);
      expect.unreachable();
    } catch (error) {
      expect(isAslError(error) && error.code).toBe('ASL_PLUGIN_INVALID');
    }
    tf.dispose([logits, labels]);
  });
});
