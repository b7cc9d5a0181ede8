import { plugin as monotonicityPlugin } from '@auto-seg-loss/constraint-monotonicity';
import { plugin as truthTablePlugin } from '@auto-seg-loss/constraint-truth-table';
import { openEngine } from '@auto-seg-loss/engine';
import { type Constraint, type Curve, type Point, SLOPE_LIMIT } from '@auto-seg-loss/kernel';
import { applyCurve } from '@auto-seg-loss/relaxed';
import { fc, test } from '@fast-check/vitest';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect } from 'vitest';
import { linearSurrogate } from '../src/linear-surrogate.ts';

const context = { baseDir: '.', cacheDir: '.' };
const truthTable = truthTablePlugin.create({}, context) as Constraint;
const monotonicity = monotonicityPlugin.create({}, context) as Constraint;
const constraintSets = fc.constantFrom<readonly Constraint[]>(
  [],
  [truthTable],
  [monotonicity],
  [truthTable, monotonicity],
  [monotonicity, truthTable],
);

/** Coordinates of the unit cube with its faces. */
const coordinate = fc.oneof(fc.double({ min: 0, max: 1, noNaN: true }), fc.constantFrom(0, 1, 0.5, 1e-9, 1 - 1e-9));
const cases = fc
  .record({ knots: fc.integer({ min: 1, max: 6 }), constraints: constraintSets })
  .chain(({ knots, constraints }) => {
    const surrogate = linearSurrogate(knots);
    const length = surrogate.dimensions(constraints);
    return fc.record({
      surrogate: fc.constant(surrogate),
      constraints: fc.constant(constraints),
      theta: fc.array(coordinate, { minLength: length, maxLength: length }),
    });
  });

/** Linear interpolation between the points, in plain code: the point at or right of p, and the one before it. */
function interpolate(points: readonly Point[], p: number): number {
  const right = Math.max(
    1,
    points.findIndex(([x]) => x >= p),
  );
  const [[x0, y0], [x1, y1]] = [points[right - 1], points[right]] as [Point, Point];
  return x1 === x0 ? y1 : y0 + ((y1 - y0) * (p - x0)) / (x1 - x0);
}

describe('linear surrogate', () => {
  beforeAll(() => openEngine());

  test.prop([cases])('decodes every θ to a function into [0, 1] that its constraints accept', (task) => {
    const { surrogate, constraints, theta } = task;
    const curve = surrogate.decode(theta, constraints);
    expect(constraints.flatMap((constraint) => constraint.check(curve))).toEqual([]);
    let previous = -1;
    for (let i = 0; i <= 64; i++) {
      const value = curve.value(i / 64);
      const slope = curve.derivative(i / 64);
      expect(value).toBeGreaterThanOrEqual(-1e-12);
      expect(value).toBeLessThanOrEqual(1 + 1e-12);
      expect(Math.abs(slope)).toBeLessThanOrEqual(SLOPE_LIMIT);
      if (constraints.includes(monotonicity)) {
        expect(value).toBeGreaterThanOrEqual(previous - 1e-12);
        expect(slope).toBeGreaterThanOrEqual(-1e-9);
      }
      previous = value;
    }
    if (constraints.includes(truthTable)) {
      expect(curve.value(0)).toBe(0);
      expect(curve.value(1)).toBe(1);
    }
  });

  test.prop([cases])('encode gives back the curve', ({ surrogate, constraints, theta }) => {
    const curve = surrogate.decode(theta, constraints);
    const again = surrogate.decode(surrogate.encode(curve, constraints), constraints);
    curve.points.forEach((point, i) => {
      expect(again.points[i]?.[0]).toBeCloseTo(point[0], 9);
      expect(again.points[i]?.[1]).toBeCloseTo(point[1], 9);
    });
  });

  test.prop([cases, fc.double({ min: 0, max: 1, noNaN: true })])('interpolates its knots', (task, p) => {
    const { points, value } = task.surrogate.decode(task.theta, task.constraints);
    // Near a knot of a nearly vertical piece, a rounding error of p is any value in between.
    fc.pre(points.every(([x], i) => i === 0 || x - (points[i - 1] as Point)[0] > 1e-4 || Math.abs(p - x) > 1e-3));
    expect(value(p)).toBeCloseTo(interpolate(points, p), 6);
  });

  test('tensors see the same lines: value and slope, at the knots too', () => {
    const points: Point[] = [
      [0, 0.1],
      [0.25, 0.7],
      [0.25, 0.2],
      [0.5, 0.2],
      [1, 0.9],
    ];
    const curve: Curve = linearSurrogate(3).fromPoints(points);
    const p = [0, 0.1, 0.2, 0.2501, 0.3, 0.5, 0.75, 0.999, 1];
    const { value, slope } = tf.tidy(() => {
      const { value, grad } = tf.valueAndGrad((x: tf.Tensor) => applyCurve(x, curve))(
        tf.tensor1d(p),
        tf.ones([p.length]),
      );
      return { value: [...value.dataSync()], slope: [...grad.dataSync()] };
    });
    p.forEach((x, i) => {
      expect(value[i]).toBeCloseTo(interpolate(points, x), 6);
      expect(value[i]).toBeCloseTo(curve.value(x), 6);
      expect(slope[i]).toBeCloseTo(curve.derivative(x), 4);
    });
    expect(slope.slice(0, 3).map((x) => x.toFixed(3))).toEqual(['2.400', '2.400', '2.400']);
    expect(slope[4]).toBeCloseTo(0, 6);
    expect(slope[8]).toBeCloseTo(1.4, 5);
  });

  test('starts as the straight line, with as many parameters as a Bézier curve of 2 pieces', () => {
    const surrogate = linearSurrogate(3);
    const constraints = [truthTable, monotonicity];
    expect(surrogate.dimensions(constraints)).toBe(6);
    expect(surrogate.dimensions([monotonicity])).toBe(8);
    const start = surrogate.start(constraints);
    [1 / 4, 1 / 4, 1 / 3, 1 / 3, 1 / 2, 1 / 2].forEach((value, i) => {
      expect(start[i]).toBeCloseTo(value, 12);
    });
    const curve = surrogate.decode(start, constraints);
    for (const p of [0, 0.1, 0.37, 0.5, 0.9, 1]) {
      expect(curve.value(p)).toBeCloseTo(p, 12);
      expect(curve.derivative(p)).toBeCloseTo(1, 9);
    }
  });

  test('refuses points that draw no function, and says what it takes', () => {
    const refusal = (points: Point[]) => () => linearSurrogate(1).fromPoints(points);
    const ends: [Point, Point] = [
      [0, 0],
      [1, 1],
    ];
    expect(refusal(ends)).toThrow(expect.objectContaining({ code: 'ASL_LOSS_INVALID' }));
    expect(refusal([ends[0], [1.5, 0.5], ends[1]])).toThrow(/no curve/);
    expect(refusal([[0.1, 0], [0.5, 0.5], ends[1]])).toThrow(/no curve/);
    expect(() => linearSurrogate(2).decode([0.5], [])).toThrow(/theta does not describe a line with 2 knots/);
  });
});
