import { plugin as monotonicityPlugin } from '@auto-seg-loss/constraint-monotonicity';
import { plugin as truthTablePlugin } from '@auto-seg-loss/constraint-truth-table';
import type { Constraint, Curve, Point } from '@auto-seg-loss/kernel';
import { SLOPE_LIMIT } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { bezierSurrogate } from '../src/bezier-surrogate.ts';

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
  .record({ pieces: fc.integer({ min: 1, max: 4 }), constraints: constraintSets })
  .chain(({ pieces, constraints }) => {
    const surrogate = bezierSurrogate(pieces);
    const length = surrogate.dimensions(constraints);
    return fc.record({
      surrogate: fc.constant(surrogate),
      constraints: fc.constant(constraints),
      theta: fc.array(coordinate, { minLength: length, maxLength: length }),
    });
  });

describe('Bézier surrogate', () => {
  test.prop([cases])(
    'decodes every θ to a function into [0, 1] that its constraints accept',
    ({ surrogate, constraints, theta }) => {
      const curve = surrogate.decode(theta, constraints);
      expect(constraints.flatMap((constraint) => constraint.check(curve))).toEqual([]);
      for (const [x, y] of curve.points) {
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x).toBeLessThanOrEqual(1);
        expect(y).toBeGreaterThanOrEqual(0);
        expect(y).toBeLessThanOrEqual(1);
      }
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
    },
  );

  test.prop([cases])('encode gives back the curve', ({ surrogate, constraints, theta }) => {
    const curve = surrogate.decode(theta, constraints);
    const again = surrogate.decode(surrogate.encode(curve, constraints), constraints);
    curve.points.forEach((point, i) => {
      expect(again.points[i]?.[0]).toBeCloseTo(point[0], 9);
      expect(again.points[i]?.[1]).toBeCloseTo(point[1], 9);
    });
  });

  test.prop([cases, fc.double({ min: 0.001, max: 0.999, noNaN: true })])(
    'lies on the curve that its control points draw',
    ({ surrogate, constraints, theta }, t) => {
      const { points, value } = surrogate.decode(theta, constraints);
      const [[x0, y0], [x1, y1], [x2, y2]] = points.slice(-3) as [Point, Point, Point];
      // A piece that is nearly a step maps a rounding error of x to any y inside.
      fc.pre(x2 - x0 > 1e-3 && x1 - x0 > 1e-6 && x2 - x1 > 1e-6);
      const x = (1 - t) ** 2 * x0 + 2 * t * (1 - t) * x1 + t * t * x2;
      expect(value(x)).toBeCloseTo((1 - t) ** 2 * y0 + 2 * t * (1 - t) * y1 + t * t * y2, 6);
    },
  );

  test('the published start is the straight line', () => {
    const start = bezierSurrogate(2).start([truthTable, monotonicity]);
    [1 / 4, 1 / 4, 1 / 3, 1 / 3, 1 / 2, 1 / 2].forEach((value, i) => {
      expect(start[i]).toBeCloseTo(value, 12);
    });
    const curve = bezierSurrogate(2).decode(start, [truthTable, monotonicity]);
    for (const p of [0, 0.1, 0.37, 0.5, 0.9, 1]) {
      expect(curve.value(p)).toBeCloseTo(p, 12);
      expect(curve.derivative(p)).toBeCloseTo(1, 9);
    }
  });

  test('the derivative is that of the value, and the published slope at 0', () => {
    const points: Point[] = [
      [0, 0],
      [5.6972844e-4, 0.64372045],
      [0.338589169, 0.70554336],
      [0.625281252, 0.779551927],
      [1, 1],
    ];
    const curve: Curve = bezierSurrogate(2).fromPoints(points);
    expect(curve.derivative(0)).toBeCloseTo(0.64372045 / 5.6972844e-4, 0);
    for (const p of [0.01, 0.2, 0.33, 0.35, 0.6, 0.99]) {
      const h = 1e-6;
      expect(curve.derivative(p)).toBeCloseTo((curve.value(p + h) - curve.value(p - h)) / (2 * h), 4);
    }
  });

  test('ends without the truth table are parameters', () => {
    const surrogate = bezierSurrogate(1);
    expect(surrogate.dimensions([truthTable, monotonicity])).toBe(2);
    expect(surrogate.dimensions([monotonicity])).toBe(4);
    const curve = surrogate.decode([0.25, 0.5, 0.5, 0.5], [monotonicity]);
    expect(curve.points).toEqual([
      [0, 0.25],
      [0.5, 0.625],
      [1, 0.8125],
    ]);
  });

  test.each([
    [
      [
        [0, 0],
        [0.5, 0.5],
      ] as Point[],
      /no curve/,
    ],
    [
      [
        [0, 0],
        [1.5, 0.5],
        [1, 1],
      ] as Point[],
      /no curve/,
    ],
    [
      [
        [0.1, 0],
        [0.5, 0.5],
        [1, 1],
      ] as Point[],
      /no curve/,
    ],
  ])('refuses control points %j', (points, message) => {
    expect(() => bezierSurrogate(1).fromPoints(points)).toThrow(message);
  });

  test('refuses a θ of another length or outside the cube', () => {
    expect(() => bezierSurrogate(2).decode([0.5], [truthTable])).toThrow(/does not describe/);
    expect(() => bezierSurrogate(1).decode([0.5, 1.1], [truthTable])).toThrow(/does not describe/);
    expect(() => bezierSurrogate(1).decode([0.5, Number.NaN], [truthTable])).toThrow(/does not describe/);
  });
});
