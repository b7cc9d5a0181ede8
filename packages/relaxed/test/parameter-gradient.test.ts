import { readFormula } from '@auto-seg-loss/formula';
import { type Curve, type Metric, type Point, Random } from '@auto-seg-loss/kernel';
import { gradientByCurves, type PieceSlopes, relaxedLoss } from '@auto-seg-loss/relaxed';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { bezierSurrogate } from '../../../plugins/surrogate-bezier/src/bezier-surrogate.ts';
import { engines, open } from '../../engine/test/engines.ts';
import { allMetrics } from '../../formula/test/metrics.ts';

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

describe.each(engines)('gradientByCurves on the %s engine', (engine) => {
  beforeAll(() => open(engine));

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
});

describe('gradientByCurves', () => {
  beforeAll(() => open('wasm'));
  const miou = allMetrics(OPTIONS).find(({ name }) => name === 'miou') as Metric;
  const curves = () => curvesOf(miou, 5).map((one) => surrogate.fromPoints(one));

  /** What raising all ordinates of a curve adds to the loss, as claimed. */
  const lift = (slopes: PieceSlopes): number =>
    slopes.flatMap((fields) => fields.filter((_, column) => column % 2 === 1)).reduce((sum, slope) => sum + slope, 0);

  test('counts absent classes as it is told to: as 0, as published, unless they are left out', () => {
    const { logits, labels } = batch(3);
    // Class 2 is in no label.
    const without = tf.tidy(() =>
      tf.tensor3d(
        labels.dataSync().map((label) => (label === 2 ? 255 : label)),
        labels.shape,
        'int32',
      ),
    );
    const measured = (absent: 'zero' | 'skip'): number[] => {
      const drawn = curves();
      return drawn.map((_, slot) => {
        const [up, down] = [1e-3, -1e-3].map((by) => {
          const raised = drawn.map(({ points }, other) =>
            surrogate.fromPoints(points.map(([x, y]): Point => [x, other === slot ? y + by : y])),
          );
          return tf.tidy(() => relaxedLoss(miou, raised, { absent }).value(logits, without).dataSync()[0] as number);
        }) as [number, number];
        return (up - down) / 2e-3;
      });
    };
    const claimed = (options?: { absent: 'zero' | 'skip' }) =>
      gradientByCurves(miou, curves(), logits, without, options).map(lift);
    const close = (found: readonly number[], expected: readonly number[]) =>
      found.forEach((slope, slot) => {
        expect(Math.abs(slope - (expected[slot] as number)), `slot ${slot}`).toBeLessThan(2e-3);
      });
    const [zero, skip] = [measured('zero'), measured('skip')];
    zero.forEach((slope, slot) => {
      expect(Math.abs(slope - (skip[slot] as number)), `slot ${slot}`).toBeGreaterThan(2e-2);
    });
    close(claimed(), zero);
    close(claimed({ absent: 'zero' }), zero);
    close(claimed({ absent: 'skip' }), skip);
    tf.dispose([logits, labels, without]);
  });

  test('a curve without pieces is refused by name', () => {
    const { logits, labels } = batch(1);
    const [first] = curves();
    const plain: Curve = { points: [], value: (p) => p, derivative: () => 1 };
    expect(() => gradientByCurves(miou, [first as Curve, plain], logits, labels)).toThrow(
      expect.objectContaining({
        code: 'ASL_PLUGIN_INVALID',
        message: expect.stringContaining('cannot be differentiated by its curves'),
        details: {
          where: 'curve 1 of the surrogate',
          expected: expect.stringContaining('pieces'),
          remedy: expect.stringContaining('another surrogate'),
        },
      }),
    );
    tf.dispose([logits, labels]);
  });

  test('so is another number of curves than the formula has, and a batch that does not fit', () => {
    const { logits, labels } = batch(1);
    const before = tf.memory().numTensors;
    expect(() => gradientByCurves(miou, curves().slice(1), logits, labels)).toThrow(
      expect.objectContaining({ code: 'ASL_LOSS_MISMATCH', message: expect.stringContaining('"miou"') }),
    );
    const others = tf.zeros<tf.Rank.R3>([2, 11, 9], 'int32');
    expect(() => gradientByCurves(miou, curves(), logits, others)).toThrow(
      expect.objectContaining({
        code: 'ASL_ARGUMENT_INVALID',
        details: expect.objectContaining({ where: 'loss "surrogate of miou", argument labels' }),
      }),
    );
    others.dispose();
    expect(tf.memory().numTensors).toBe(before);
    tf.dispose([logits, labels]);
  });
});
