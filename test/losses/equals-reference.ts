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
  const known = new Map<string, Expected>();
  describe.each(engines)('on %s', (engine) => {
    beforeAll(() => open(engine));

    describe.each(cases)('$what', ({ what, create, reference, tolerance = 1e-5 }) => {
      test.each(specs)('equals its definition in value and gradient: $what', (spec) => {
        const batch = drawBatch(spec);
        const { value, gradient } = evaluate(create(), batch);
        const key = `${what}, ${spec.what}`;
        const expected = known.get(key) ?? expectedOf(batch, reference);
        known.set(key, expected);
        expect(Math.abs(value - expected.value)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(expected.value)));
        expectSlopes(gradient, expected.slopes);
      });
    });
  });
}

/** What a float64 reference comes to. Made once for all engines: its plain loops take longer than they do. */
interface Expected {
  readonly value: number;
  /** Central differences by some of the logits. */
  readonly slopes: readonly { readonly at: number; readonly slope: number }[];
}

function expectedOf(batch: Batch, reference: (batch: Batch) => number): Expected {
  const step = 1e-5;
  const random = Random.fromSeed('entries');
  const entries = Array.from({ length: 25 }, () => random.integer(0, batch.logits.length - 1));
  const slope = (at: number): number => {
    const moved = (by: number): number => {
      const logits = Float64Array.from(batch.logits);
      logits[at] = (logits[at] as number) + by;
      return reference({ ...batch, logits });
    };
    return (moved(step) - moved(-step)) / (2 * step);
  };
  return { value: reference(batch), slopes: entries.map((at) => ({ at, slope: slope(at) })) };
}

function expectSlopes(gradient: Float32Array, slopes: Expected['slopes']): void {
  // One class has a gradient of 0 everywhere; what differences of values near 1 resolve is 1e-10.
  const largest = Math.max(...gradient.map(Math.abs), ...slopes.map(({ slope }) => Math.abs(slope)), 1e-7);
  for (const { at, slope } of slopes) {
    expect(Math.abs((gradient[at] as number) - slope)).toBeLessThanOrEqual(1e-3 * largest);
  }
}
