import type { Loss } from '@auto-seg-loss/engine';
import { Random } from '@auto-seg-loss/kernel';
import {
  cast,
  memory,
  mul,
  reshape,
  type Tensor,
  type Tensor3D,
  type Tensor4D,
  tensor3d,
  tensor4d,
  tidy,
  valueAndGrad,
} from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test } from 'vitest';
import { engines, open } from '../../packages/engine/test/engines.ts';
import { type Batch, drawBatch, specs } from './batch.ts';

export interface Evaluated {
  readonly value: number;
  /** By the logits, [n, h, w, c]. */
  readonly gradient: Float32Array;
}

/** A loss and its gradient on a batch; no tensor may be left. */
export function evaluate(loss: Loss, { shape, logits, labels }: Batch, factor = 1): Evaluated {
  const before = memory().numTensors;
  const result = tidy(() => {
    const x = tensor4d(Float32Array.from(logits), [...shape]);
    const y = tensor3d(labels, [shape[0], shape[1], shape[2]], 'int32');
    const { value, grad } = valueAndGrad((z: Tensor) => mul(loss.value(z as Tensor4D, y), factor))(x);
    return { value: value.dataSync()[0] as number, gradient: grad.dataSync() as Float32Array };
  });
  expect(memory().numTensors).toBe(before);
  return result;
}

/** A loss under some options, and the same in plain float64 loops. */
export interface LossCase {
  readonly what: string;
  readonly create: () => Loss;
  readonly reference: (batch: Batch) => number;
  /** Of the value, relative to the larger of itself and 1. Default 1e-5. */
  readonly tolerance?: number;
}

/** Value and gradient equal those of the references, on every engine and kind of batch. */
export function equalsReference(cases: readonly LossCase[]): void {
  describe.each(engines)('on %s', (engine) => {
    beforeAll(() => open(engine));

    describe.each(cases)('$what', ({ create, reference, tolerance = 1e-5 }) => {
      test.each(specs)('equals its definition in value and gradient: $what', (spec) => {
        const batch = drawBatch(spec);
        const { value, gradient } = evaluate(create(), batch);
        const expected = reference(batch);
        expect(Math.abs(value - expected)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected)));
        expectSlopes(gradient, batch, reference);
      });
    });
  });
}

/** Central differences of a float64 reference at some of the logits. */
function expectSlopes(gradient: Float32Array, batch: Batch, reference: (batch: Batch) => number): void {
  const step = 1e-5;
  const random = Random.fromSeed('entries');
  const entries = Array.from({ length: 25 }, () => random.integer(0, gradient.length - 1));
  const slope = (at: number): number => {
    const moved = (by: number): number => {
      const logits = Float64Array.from(batch.logits);
      logits[at] = (logits[at] as number) + by;
      return reference({ ...batch, logits });
    };
    return (moved(step) - moved(-step)) / (2 * step);
  };
  const slopes = entries.map(slope);
  // One class has a gradient of 0 everywhere; what differences of values near 1 resolve is 1e-10.
  const largest = Math.max(...gradient.map(Math.abs), ...slopes.map(Math.abs), 1e-7);
  entries.forEach((at, index) => {
    expect(Math.abs((gradient[at] as number) - (slopes[index] as number))).toBeLessThanOrEqual(1e-3 * largest);
  });
}

/** What holds for every loss, whatever its formula. */
export function lossLaws(losses: readonly { readonly what: string; readonly create: () => Loss }[]): void {
  describe.each(engines)('on %s', (engine) => {
    beforeAll(() => open(engine));

    describe.each(losses)('$what', ({ create }) => {
      const spec = { shape: [2, 7, 6, 4], scale: 2, ignored: 0.3, absent: 1 } as const;

      test('logits of ±60 and beyond give finite numbers', () => {
        for (const scale of [60, 1e4]) {
          const batch = drawBatch(spec);
          const logits = Float32Array.from(batch.logits, (z) => (z > 1 ? scale : -scale));
          const { value, gradient } = evaluate(create(), { ...batch, logits });
          expect(value).toSatisfy(Number.isFinite);
          expect(gradient.every(Number.isFinite)).toBe(true);
        }
      });

      test('a batch of ignored pixels is 0 with a gradient of 0', () => {
        const batch = drawBatch(spec);
        for (const ignore of [255, -1, 4]) {
          const { value, gradient } = evaluate(create(), { ...batch, labels: batch.labels.map(() => ignore) });
          expect(value).toBe(0);
          expect(gradient.every((slope) => slope === 0)).toBe(true);
        }
      });

      test('ignored pixels have no gradient, and neither their logits nor their label matter', () => {
        const batch = drawBatch(spec);
        const isIgnored = (pixel: number): boolean => (batch.labels[pixel] as number) >= 4;
        expect(batch.labels.filter((_, pixel) => isIgnored(pixel)).length).toBeGreaterThan(10);
        const { value, gradient } = evaluate(create(), batch);
        gradient.forEach((slope, index) => {
          if (isIgnored(Math.floor(index / 4))) expect(Math.abs(slope)).toBe(0);
        });
        const other = evaluate(create(), {
          ...batch,
          logits: Float32Array.from(batch.logits, (z, index) => (isIgnored(Math.floor(index / 4)) ? 7 - z : z)),
          labels: batch.labels.map((label) => (label >= 4 ? (label === 255 ? -1 : 77) : label)),
        });
        expect(other.value).toBeCloseTo(value, 6);
        other.gradient.forEach((slope, index) => {
          expect(slope).toBeCloseTo(gradient[index] as number, 6);
        });
      });

      test('an image that is ignored altogether changes nothing but the number of images', () => {
        const batch = drawBatch(spec);
        const half = 7 * 6;
        const alone = evaluate(create(), {
          shape: [1, 7, 6, 4],
          logits: Array.from(batch.logits).slice(0, half * 4),
          labels: batch.labels.slice(0, half),
        });
        const labels = batch.labels.map((label, pixel) => (pixel < half ? label : 255));
        const both = evaluate(create(), { ...batch, labels });
        expect(both.value).toBeCloseTo(alone.value, 5);
        alone.gradient.forEach((slope, index) => {
          expect(both.gradient[index]).toBeCloseTo(slope, 6);
        });
      });

      test('the outer gradient is a factor', () => {
        const batch = drawBatch(spec);
        const [once, thrice] = [evaluate(create(), batch), evaluate(create(), batch, 3)];
        expect(thrice.value).toBeCloseTo(3 * once.value, 5);
        once.gradient.forEach((slope, index) => {
          expect(thrice.gradient[index]).toBeCloseTo(3 * slope, 6);
        });
      });

      test('arguments that are no batch are refused by name', () => {
        const refused = (argument: string) =>
          expect.objectContaining({ code: 'ASL_ARGUMENT_INVALID', message: expect.stringContaining(argument) });
        tidy(() => {
          const logits = tensor4d(new Float32Array(2 * 3 * 4 * 2), [2, 3, 4, 2]);
          const labels = tensor3d(new Int32Array(24), [2, 3, 4], 'int32');
          const value = (x: Tensor, y: Tensor) => () => create().value(x as Tensor4D, y as Tensor3D);
          expect(value(reshape(logits, [6, 4, 2]), labels)).toThrow(refused('logits'));
          expect(value(cast(logits, 'int32'), labels)).toThrow(refused('logits'));
          expect(value(logits, reshape(labels, [2, 12]))).toThrow(refused('labels'));
          expect(value(logits, reshape(labels, [2, 4, 3]))).toThrow(refused('labels'));
          expect(value(logits, cast(labels, 'float32'))).toThrow(refused('labels'));
        });
      });
    });
  });
}
