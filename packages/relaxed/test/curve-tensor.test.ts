import { openEngine } from '@auto-seg-loss/engine';
import { findInstalled } from '@auto-seg-loss/engine/install';
import { type Curve, type Point, piecewiseCurve, SLOPE_LIMIT } from '@auto-seg-loss/kernel';
import { applyCurve, curveDerivative, curveValue } from '@auto-seg-loss/relaxed';
import { curves } from '@auto-seg-loss/testing';
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

/** The control points of a curve that is made of pieces: what they are does not matter here. */
const line: readonly Point[] = [
  [0, 0],
  [1, 1],
];

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

  test('what is not a number stays none', () => {
    const curve = piecewiseCurve(line, [
      { x0: 0, y0: 0, x1: 0.2, y1: 0.6, x2: 0.5, y2: 0.7 },
      { x0: 0.5, y0: 0.7, x1: 0.6, y1: 1, x2: 1, y2: 1 },
    ]);
    tf.tidy(() => {
      const p = tf.tensor([Number.NaN, 0.5]);
      for (const values of [curveValue(p, curve), curveDerivative(p, curve)]) {
        expect([...values.dataSync()].map(Number.isNaN)).toEqual([true, false]);
      }
    });
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

  test('have the slope of their definition, where they are smooth', () => {
    fc.assert(
      fc.property(curves(1, { constraints: [], smooth: true }), ([curve]) => {
        const slopes = tf.tidy(() => curveDerivative(tf.tensor1d(probabilities), curve as Curve).dataSync());
        probabilities.forEach((p, i) => {
          // At a knot, float32 may be on either side of it.
          const expected = [-1, 0, 1].map((side) => curve?.derivative(Math.min(1, Math.max(0, p + side * 1e-6))) ?? 0);
          const [low, high] = [Math.min(...expected), Math.max(...expected)];
          const allowed = 1e-3 * (1 + Math.max(Math.abs(low), Math.abs(high)));
          expect(slopes[i], `g'(${p})`).toBeGreaterThan(low - allowed);
          expect(slopes[i], `g'(${p})`).toBeLessThan(high + allowed);
        });
      }),
      { numRuns: 60 },
    );
  });

  test('keep the shape of what they are applied to, and pass gradients on by their slope', () => {
    const square: Curve = piecewiseCurve(line, [{ x0: 0, y0: 0, x1: 0.5, y1: 0, x2: 1, y2: 1 }]);
    const plain: Curve = { points: line, value: (p) => p * p, derivative: (p) => 2 * p };
    for (const curve of [square, plain]) {
      tf.tidy(() => {
        const p = tf.tensor2d([0, 0.25, 0.5, 1, 0.75, 0.1], [2, 3]);
        const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => tf.sum(tf.mul(applyCurve(x, curve), [[1], [10]])))(p);
        expect(applyCurve(p, curve).shape).toEqual([2, 3]);
        expect(curveDerivative(p, curve).shape).toEqual([2, 3]);
        expect(value.dataSync()[0]).toBeCloseTo(0.0625 + 0.25 + 10 * (1 + 0.5625 + 0.01), 4);
        [0, 0.5, 1, 20, 15, 2].forEach((slope, i) => {
          expect(grad.dataSync()[i]).toBeCloseTo(slope, 4);
        });
      });
    }
  });

  test('step where their pieces do: nothing on its left end, all past it', () => {
    const steps = piecewiseCurve(line, [
      { x0: 0, y0: 0.1, x1: 0, y1: 0.15, x2: 0, y2: 0.2 },
      { x0: 0, y0: 0.2, x1: 0.25, y1: 0.2, x2: 0.5, y2: 0.2 },
      { x0: 0.5, y0: 0.2, x1: 0.5, y1: 0.5, x2: 0.5, y2: 0.6 },
      { x0: 0.5, y0: 0.6, x1: 0.75, y1: 0.7, x2: 1, y2: 0.8 },
      { x0: 1, y0: 0.8, x1: 1, y1: 0.8, x2: 1, y2: 0.9 },
    ]);
    const places = [0, 2 ** -30, 0.25, 0.5, 0.5 + 2 ** -23, 0.75, 1 - 2 ** -24, 1];
    tf.tidy(() => {
      const p = tf.tensor1d(places);
      const values = curveValue(p, steps).dataSync();
      [0.1, 0.2, 0.2, 0.2, 0.6, 0.7, 0.8, 0.9].forEach((value, i) => {
        expect(values[i], `g(${places[i]})`).toBeCloseTo(value, 5);
      });
      const slopes = curveDerivative(p, steps).dataSync();
      [0, 0, 0, 0, 0.4, 0.4, 0.4, 0.4].forEach((slope, i) => {
        expect(slopes[i], `g'(${places[i]})`).toBeCloseTo(slope, 5);
      });
    });
  });

  test('a piece that float32 cannot tell apart is a step; one just as wide as it can rises', () => {
    const rising = (width: number) =>
      piecewiseCurve(line, [
        { x0: 0, y0: 0, x1: 0.0625, y1: 0, x2: 0.125, y2: 0 },
        { x0: 0.125, y0: 0, x1: 0.125 + width / 2, y1: 0.5, x2: 0.125 + width, y2: 1 },
        { x0: 0.125 + width, y0: 1, x1: 0.5, y1: 1, x2: 1, y2: 1 },
      ]);
    // Next to 1/8, float32 has steps of 2^-26.
    const [narrow, wide] = [rising(2 ** -24), rising(2 ** -23)];
    tf.tidy(() => {
      expect([...curveValue(tf.tensor1d([0.125, 0.125 + 2 ** -25]), narrow).dataSync()]).toEqual([0, 1]);
      expect(curveDerivative(tf.tensor1d([0.125 + 2 ** -25]), narrow).dataSync()[0]).toBe(0);
      expect(curveValue(tf.tensor1d([0.125 + 2 ** -24]), wide).dataSync()[0]).toBeCloseTo(0.5, 5);
      expect(curveDerivative(tf.tensor1d([0.125 + 2 ** -24]), wide).dataSync()[0]).toBe(SLOPE_LIMIT);
    });
  });

  test('ask a curve that has pieces for its ends alone, and one that has none for everything', () => {
    const asked: number[] = [];
    const square = (pieces: Curve['pieces'] & object): Curve => ({
      points: line,
      pieces,
      value: (p) => {
        asked.push(p);
        return p * p;
      },
      derivative: (p) => {
        asked.push(p);
        return 2 * p;
      },
    });
    const both = (curve: Curve) =>
      tf.tidy(() => {
        const p = tf.tensor1d([0.25, 0.5]);
        return [...curveValue(p, curve).dataSync(), ...curveDerivative(p, curve).dataSync()];
      });
    const expected = [0.0625, 0.25, 0.5, 1];
    both(square([{ x0: 0, y0: 0, x1: 0.5, y1: 0, x2: 1, y2: 1 }])).forEach((value, i) => {
      expect(value).toBeCloseTo(expected[i] as number, 5);
    });
    expect(asked.every((p) => p === 0 || p === 1)).toBe(true);
    expect(both(square([]))).toEqual(expected);
    expect(asked).toContain(0.25);
  });

  test('are cut to [0, 1] by what float32 rounds, and their slopes where they are vertical', () => {
    const vertical = piecewiseCurve(line, [{ x0: 0, y0: 0, x1: 0, y1: 1, x2: 1, y2: 1 }]);
    const falling = piecewiseCurve(line, [{ x0: 0, y0: 1, x1: 0, y1: 0, x2: 1, y2: 0 }]);
    tf.tidy(() => {
      expect(curveDerivative(tf.tensor1d([0]), vertical).dataSync()[0]).toBe(SLOPE_LIMIT);
      expect(curveDerivative(tf.tensor1d([0]), falling).dataSync()[0]).toBe(-SLOPE_LIMIT);
      const values = curveValue(tf.tensor1d(probabilities), vertical).dataSync();
      expect(Math.max(...values)).toBe(1);
      expect(Math.min(...values)).toBe(0);
    });
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
