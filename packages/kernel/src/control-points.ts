import type { Constraint } from './constraint.ts';
import { AslError } from './errors.ts';
import { piecewiseCurve } from './piecewise-curve.ts';
import { fromShares, toShares } from './shares.ts';
import type { Curve, Piece, Point, Surrogate } from './surrogate.ts';

/** A start too near the faces of the unit cube would leave a search no room on one side. */
const START_MARGIN = 0.05;

/** A family of curves that control points draw. */
export interface ControlPointFamily {
  readonly name: string;
  /** One of its curves, for messages: "a Bézier curve of 2 pieces". */
  readonly description: string;
  /** Control points of each curve, both ends included; at least 2. */
  readonly count: number;
  /** The pieces that `count` control points draw, from left to right. */
  pieces(points: readonly Point[]): readonly Piece[];
}

/**
 * The surrogate of a family: what the control points' coordinates are as parameters, under any constraints. See `Surrogate`
 * for the conventions.
 */
export function controlPointSurrogate({ name, description, count, pieces }: ControlPointFamily): Surrogate {
  const pinsOf = (constraints: readonly Constraint[]): (number | undefined)[] =>
    Array.from({ length: count }, (_, index) =>
      constraints.reduce<number | undefined>((pin, constraint) => pin ?? constraint.pin(index, count), undefined),
    );

  // One entry for each parameter: which coordinate of which control point it is.
  const layout = (constraints: readonly Constraint[]): { point: number; axis: 'x' | 'y' }[] =>
    pinsOf(constraints).flatMap((pin, point) => {
      const inner = point > 0 && point < count - 1;
      return [
        ...(inner ? [{ point, axis: 'x' as const }] : []),
        ...(pin === undefined ? [{ point, axis: 'y' as const }] : []),
      ];
    });

  const decode = (theta: readonly number[], constraints: readonly Constraint[]): Curve => {
    const places = layout(constraints);
    const wrong = theta.findIndex((value) => !(value >= 0 && value <= 1));
    if (theta.length !== places.length || wrong >= 0) {
      throw new AslError('ASL_ARGUMENT_INVALID', `theta does not describe ${description}`, {
        where: wrong >= 0 ? `theta[${wrong}]` : 'theta',
        expected: `${places.length} numbers from 0 to 1`,
        received: wrong >= 0 ? String(theta[wrong]) : `${theta.length} numbers`,
      });
    }
    const xShares = new Array<number>(count - 2).fill(0);
    const raw = pinsOf(constraints).map((pin) => pin ?? 0);
    places.forEach(({ point, axis }, index) => {
      if (axis === 'x') xShares[point - 1] = theta[index] as number;
      else raw[point] = theta[index] as number;
    });
    const ordinates = constraints.reduce<readonly number[]>((values, constraint) => constraint.project(values), raw);
    const abscissae = [0, ...fromShares(xShares), 1];
    const points = abscissae.map((x, index): Point => [x, ordinates[index] as number]);
    return piecewiseCurve(points, pieces(points));
  };

  const encode = (curve: Curve, constraints: readonly Constraint[]): number[] => {
    const xShares = toShares(curve.points.slice(1, -1).map(([x]) => x));
    const ordinates = constraints.reduceRight<readonly number[]>(
      (values, constraint) => constraint.lift(values),
      curve.points.map(([, y]) => y),
    );
    return layout(constraints).map(
      ({ point, axis }) => (axis === 'x' ? xShares[point - 1] : ordinates[point]) as number,
    );
  };

  return {
    name,
    dimensions: (constraints) => layout(constraints).length,
    start: (constraints) => {
      const line = Array.from({ length: count }, (_, index): Point => [index / (count - 1), index / (count - 1)]);
      const theta = encode(piecewiseCurve(line, pieces(line)), constraints);
      return theta.map((value) => Math.min(1 - START_MARGIN, Math.max(START_MARGIN, value)));
    },
    decode,
    encode,
    fromPoints: (points) => {
      checkPoints(points, count, description);
      return piecewiseCurve(points, pieces(points));
    },
  };
}

/** Refuses control points that draw no function from [0, 1] to [0, 1]. */
function checkPoints(points: readonly Point[], count: number, description: string): void {
  const fail = (where: string, expected: string, received: string): never => {
    throw new AslError('ASL_LOSS_INVALID', 'the control points draw no curve', { where, expected, received });
  };
  if (points.length !== count) {
    fail('points', `${count} control points (${description}), both ends included`, `${points.length}`);
  }
  points.forEach(([x, y], index) => {
    const where = `points[${index}]`;
    const received = `(${x}, ${y})`;
    if (!(x >= 0 && x <= 1 && y >= 0 && y <= 1)) fail(where, 'coordinates from 0 to 1', received);
    if (index === 0 && x !== 0) fail(where, 'x = 0 at the left end', received);
    if (index === count - 1 && x !== 1) fail(where, 'x = 1 at the right end', received);
    const before = points[index - 1];
    if (before !== undefined && x < before[0]) fail(where, `x of at least ${before[0]}, the point before it`, received);
  });
}
