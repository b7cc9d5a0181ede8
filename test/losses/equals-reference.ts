import { Random } from '@auto-seg-loss/kernel';
import type { Loss } from '@auto-seg-loss/ops';
import { memory, mul, type Tensor, type Tensor4D, tensor3d, tensor4d, tidy, valueAndGrad } from '@tensorflow/tfjs-core';
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
