import type { Curve, Piece, Point } from '@auto-seg-loss/kernel';

const STEPS = 48;

/** The point of a quadratic Bézier piece at parameter t. */
function pointOn({ x0, y0, x1, y1, x2, y2 }: Piece, t: number): Point {
  const [a, b, c] = [(1 - t) * (1 - t), 2 * t * (1 - t), t * t];
  return [a * x0 + b * x1 + c * x2, a * y0 + b * y1 + c * y2];
}

/**
 * Points along a curve, dense enough for a smooth line. Pieces are walked by their parameter: equal steps in p would cut off
 * the corner where a curve leaves 0 almost vertically, as the published ones do.
 */
export function sampleCurve(curve: Curve): readonly Point[] {
  const steps = Array.from({ length: STEPS + 1 }, (_, index) => index / STEPS);
  if (curve.pieces === undefined) return steps.map((p): Point => [p, curve.value(p)]);
  return curve.pieces.flatMap((piece, index) => (index === 0 ? steps : steps.slice(1)).map((t) => pointOn(piece, t)));
}
