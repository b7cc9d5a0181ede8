import { controlPointSurrogate, type Piece, type Point, type Surrogate } from '@auto-seg-loss/kernel';

/**
 * Piecewise linear curves with `knots` free knots, from (0, ·) to (1, ·) over knots + 1 straight pieces: the curve that Auto
 * Seg-Loss (ICLR 2021, section 3.3) names beside the Bézier curve. Knots are control points: a curve without truth table also
 * has its ends' ordinates as parameters.
 */
export function linearSurrogate(knots: number): Surrogate {
  return controlPointSurrogate({
    name: 'linear',
    description: `a line with ${knots} ${knots === 1 ? 'knot' : 'knots'}`,
    count: knots + 2,
    pieces: piecesOf,
  });
}

/** A straight line is the quadratic Bézier curve whose handle lies half-way. */
function piecesOf(points: readonly Point[]): Piece[] {
  return points.slice(1).map(([x2, y2], index): Piece => {
    const [x0, y0] = points[index] as Point;
    return { x0, y0, x1: (x0 + x2) / 2, y1: (y0 + y2) / 2, x2, y2 };
  });
}
