import { controlPointSurrogate, type Piece, type Point, type Surrogate } from '@auto-seg-loss/kernel';

/** Quadratic Bézier curves: what metrics and constraints are tried with. */
export function referenceSurrogate(pieces: number): Surrogate {
  return controlPointSurrogate({
    name: 'reference',
    description: `a curve of ${pieces} quadratic pieces`,
    count: 2 * pieces + 1,
    pieces: (points) =>
      Array.from({ length: pieces }, (_, index): Piece => {
        const [[x0, y0], [x1, y1], [x2, y2]] = points.slice(2 * index, 2 * index + 3) as [Point, Point, Point];
        return { x0, y0, x1, y1, x2, y2 };
      }),
  });
}
