import { controlPointSurrogate, type Piece, type Point, type Surrogate } from '@auto-seg-loss/kernel';

/**
 * Piecewise quadratic Bézier curves with `pieces` pieces, from (0, ·) to (1, ·) over 2·pieces - 1 free control points
 * (Auto Seg-Loss, ICLR 2021, equations 7 to 9).
 */
export function bezierSurrogate(pieces: number): Surrogate {
  return controlPointSurrogate({
    name: 'bezier',
    description: `a Bézier curve of ${pieces} pieces`,
    count: 2 * pieces + 1,
    pieces: piecesOf,
  });
}

/** The pieces that control points draw: points 0, 2, 4, … are knots, points 1, 3, … are handles. */
function piecesOf(points: readonly Point[]): Piece[] {
  const pieces: Piece[] = [];
  for (let i = 0; i + 2 < points.length; i += 2) {
    const [[x0, y0], [x1, y1], [x2, y2]] = points.slice(i, i + 3) as [Point, Point, Point];
    pieces.push({ x0, y0, x1, y1, x2, y2 });
  }
  return pieces;
}
