import {
  AslError,
  type Constraint,
  type Curve,
  fromShares,
  type Piece,
  type Point,
  piecewiseCurve,
  type Surrogate,
  toShares,
} from '@auto-seg-loss/kernel';

/** A start too near the faces of the unit cube would leave a search no room on one side. */
const START_MARGIN = 0.05;

/** The pieces that control points draw: points 0, 2, 4, … are knots, points 1, 3, … are handles. */
function piecesOf(points: readonly Point[]): Piece[] {
  const pieces: Piece[] = [];
  for (let i = 0; i + 2 < points.length; i += 2) {
    const [[x0, y0], [x1, y1], [x2, y2]] = points.slice(i, i + 3) as [Point, Point, Point];
    pieces.push({ x0, y0, x1, y1, x2, y2 });
  }
  return pieces;
}

/**
 * Piecewise quadratic Bézier curves with `pieces` pieces, from (0, ·) to (1, ·) over 2·pieces - 1 free control points
 * (Auto Seg-Loss, ICLR 2021, equations 7 to 9).
 */
export function bezierSurrogate(pieces: number): Surrogate {
  const count = 2 * pieces + 1;

  const pinsOf = (constraints: readonly Constraint[]): (number | undefined)[] =>
    Array.from({ length: count }, (_, index) =>
      constraints.reduce<number | undefined>((pin, constraint) => pin ?? constraint.pin(index, count), undefined),
    );

  // One entry for each parameter: which coordinate of which control point it is.
  const layout = (constraints: readonly Constraint[]): { point: number; axis: 'x' | 'y' }[] =>
    pinsOf(constraints).flatMap((pin, point) => {
      const inner = point > 0 && point < count - 1;
      return [...(inner ? [{ point, axis: 'x' as const }] : []), ...(pin === undefined ? [{ point, axis: 'y' as const }] : [])];
    });

  const decode = (theta: readonly number[], constraints: readonly Constraint[]): Curve => {
    const places = layout(constraints);
    const wrong = theta.findIndex((value) => !(value >= 0 && value <= 1));
    if (theta.length !== places.length || wrong >= 0) {
      throw new AslError('ASL_ARGUMENT_INVALID', `theta does not describe a Bézier curve of ${pieces} pieces`, {
        where: wrong >= 0 ? `theta[${wrong}]` : 'theta',
        expected: `${places.length} numbers from 0 to 1`,
        received: wrong >= 0 ? String(theta[wrong]) : `${theta.length} numbers`,
      });
    }
    const xShares = new Array<number>(count - 2).fill(0);
    let ordinates: readonly number[] = pinsOf(constraints).map((pin) => pin ?? 0);
    const raw = [...ordinates];
    places.forEach(({ point, axis }, index) => {
      if (axis === 'x') xShares[point - 1] = theta[index] as number;
      else raw[point] = theta[index] as number;
    });
    ordinates = constraints.reduce((values, constraint) => constraint.project(values), raw as readonly number[]);
    const abscissae = [0, ...fromShares(xShares), 1];
    const points = abscissae.map((x, index): Point => [x, ordinates[index] as number]);
    return piecewiseCurve(points, piecesOf(points));
  };

  const encode = (curve: Curve, constraints: readonly Constraint[]): number[] => {
    const xShares = toShares(curve.points.slice(1, -1).map(([x]) => x));
    const ordinates = constraints.reduceRight<readonly number[]>(
      (values, constraint) => constraint.lift(values),
      curve.points.map(([, y]) => y),
    );
    return layout(constraints).map(({ point, axis }) => (axis === 'x' ? xShares[point - 1] : ordinates[point]) as number);
  };

  return {
    name: 'bezier',
    dimensions: (constraints) => layout(constraints).length,
    start: (constraints) => {
      const line = Array.from({ length: count }, (_, index): Point => [index / (count - 1), index / (count - 1)]);
      const theta = encode(piecewiseCurve(line, piecesOf(line)), constraints);
      return theta.map((value) => Math.min(1 - START_MARGIN, Math.max(START_MARGIN, value)));
    },
    decode,
    encode,
    fromPoints: (points) => {
      checkPoints(points, count);
      return piecewiseCurve(points, piecesOf(points));
    },
  };
}

/** Refuses control points that draw no function from [0, 1] to [0, 1]. */
function checkPoints(points: readonly Point[], count: number): void {
  const fail = (where: string, expected: string, received: string): never => {
    throw new AslError('ASL_LOSS_INVALID', 'the control points draw no curve', { where, expected, received });
  };
  if (points.length !== count) {
    fail('points', `${count} control points (${(count - 1) / 2} pieces), both ends included`, `${points.length}`);
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
