import { openEngine } from '@auto-seg-loss/engine';
import { findInstalled } from '@auto-seg-loss/engine/install';
import { curveDerivative, curveValue } from '@auto-seg-loss/formula/relaxed';
import { type Curve, type Point, SLOPE_LIMIT } from '@auto-seg-loss/kernel';
import { fc } from '@fast-check/vitest';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, test as vitestTest } from 'vitest';
import { bezierSurrogate } from '../../../plugins/surrogate-bezier/src/bezier-surrogate.ts';

const installed = findInstalled().addons !== undefined;
if (!installed) console.warn('The native engine is not installed (asl engine install): its tests are skipped.');

/** The unit cube with its faces, its corners and their neighbourhood. */
const coordinate = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.constantFrom(0, 1, 0.5, 1e-9, 1e-6, 1e-4, 0.5 + 1e-6, 0.5 - 1e-4, 1 - 1e-6),
);
const thetas = fc.integer({ min: 1, max: 4 }).chain((pieces) =>
  fc.record({
    pieces: fc.constant(pieces),
    theta: fc.array(coordinate, { minLength: 4 * pieces, maxLength: 4 * pieces }),
  }),
);

/** Probabilities as float32 has them, dense near both ends. */
const probabilities = Float32Array.from([
  ...Array.from({ length: 101 }, (_, i) => i / 100),
  ...Array.from({ length: 30 }, (_, i) => 2 ** -i),
  ...Array.from({ length: 24 }, (_, i) => 1 - 2 ** -(i + 1)),
]);

/**
 * How far g moves when p does by a rounding or two of float32: what no float32 implementation can do better than. The knots
 * nearby count too: between two of them the curve may jump up and down.
 */
function wobble(curve: Curve, p: number): number {
  const reach = 2 ** -22;
  const places = [-8, -6, -4, -2, 0, 2, 4, 6, 8].map((step) => p + (step / 8) * reach);
  const knots = curve.points.map(([x]) => x).filter((x) => Math.abs(x - p) <= 2 * reach);
  const beside = knots.flatMap((x) => [x - 2 ** -26, x, x + 2 ** -26]);
  const heights = curve.points.filter(([x]) => Math.abs(x - p) <= 2 * reach).map(([, y]) => y);
  const values = [...places, ...beside].map((x) => curve.value(Math.min(1, Math.max(0, x))));
  return Math.max(...values, ...heights) - Math.min(...values, ...heights);
}

describe.each([
  { backend: 'wasm', available: true },
  { backend: 'native', available: installed },
] as const)('curves on tensors, $backend engine', ({ backend, available }) => {
  const test = vitestTest.runIf(available);
  beforeAll(async () => {
    if (available) await openEngine({ backend });
  });

  test('equal their float64 definition for every θ, without any constraint', () => {
    fc.assert(
      fc.property(thetas, ({ pieces, theta }) => {
        const curve = bezierSurrogate(pieces).decode(theta, []);
        const [values, slopes] = tf.tidy(() => {
          const p = tf.tensor1d(probabilities);
          return [curveValue(p, curve).dataSync(), curveDerivative(p, curve).dataSync()];
        });
        probabilities.forEach((p, i) => {
          const value = values?.[i] as number;
          expect(Math.abs(value - curve.value(p)), `g(${p})`).toBeLessThan(1e-5 + 2 * wobble(curve, p));
          expect(Number.isFinite(slopes?.[i]), `g'(${p})`).toBe(true);
          expect(Math.abs(slopes?.[i] as number)).toBeLessThanOrEqual(SLOPE_LIMIT);
        });
      }),
      { numRuns: 60 },
    );
  });

  test('meet both ends exactly', () => {
    const ends: readonly Point[] = [
      [0, 0],
      [0.3, 0.9],
      [0.31, 0.91],
      [0.7, 0.95],
      [1, 1],
    ];
    const curve = bezierSurrogate(2).fromPoints(ends);
    const values = tf.tidy(() => curveValue(tf.tensor1d([0, 1]), curve).dataSync());
    expect([...values]).toEqual([0, 1]);
  });
});
