import type { Curve, Piece, Point } from './surrogate.ts';

/**
 * Slopes are cut to ± this. A curve may be vertical (a handle on the side of its knot); its derivative must stay a finite
 * float32, also after a sum over a batch.
 */
export const SLOPE_LIMIT: number = 2 ** 20;

/** A piece narrower than this is a step, of slope 0: float32 cannot tell the places inside it apart. */
export const MIN_PIECE_WIDTH: number = 2 ** -23;

/** Solves x(t) = p on a piece that is no step; also gives sqrt of the discriminant, which is half of dx/dt on the unit square. */
function solve(piece: Piece, p: number): { t: number; root: number } {
  const width = piece.x2 - piece.x0;
  const u = Math.min(1, Math.max(0, (p - piece.x0) / width));
  const handle = Math.min(1, Math.max(0, (piece.x1 - piece.x0) / width));
  // x(t) = 2·handle·t·(1 - t) + t² = u. The published root, (handle - root) / (2·handle - 1), cancels near handle = 1/2;
  // this one has no special case but 0/0.
  const root = Math.sqrt(handle ** 2 * (1 - u) + (1 - handle) ** 2 * u);
  const t = u === 0 ? 0 : u === 1 ? 1 : Math.min(1, u / (handle + root));
  return { t, root };
}

function valueOn(piece: Piece, p: number): number {
  if (piece.x2 - piece.x0 < MIN_PIECE_WIDTH) return p > piece.x0 || p >= 1 ? piece.y2 : piece.y0;
  const { t } = solve(piece, p);
  return (1 - t) * (1 - t) * piece.y0 + 2 * t * (1 - t) * piece.y1 + t * t * piece.y2;
}

function derivativeOn(piece: Piece, p: number): number {
  if (piece.x2 - piece.x0 < MIN_PIECE_WIDTH) return 0;
  const { t, root } = solve(piece, p);
  const dy = 2 * (1 - t) * (piece.y1 - piece.y0) + 2 * t * (piece.y2 - piece.y1);
  if (dy === 0) return 0;
  const slope = dy / (2 * root * (piece.x2 - piece.x0));
  return Math.min(SLOPE_LIMIT, Math.max(-SLOPE_LIMIT, slope));
}

/**
 * The curve that quadratic Bézier pieces draw, in float64: the definition that every tensor implementation is held to.
 * @param points the control points, as `Curve.points` has them.
 * @param pieces at least one, covering [0, 1] from left to right without a gap.
 */
export function piecewiseCurve(points: readonly Point[], pieces: readonly Piece[]): Curve {
  // The piece with x0 < p ≤ x2; the first one for p = 0, and the last one for p = 1 even if it is a step there.
  const pieceAt = (p: number): Piece => {
    const found =
      p >= 1 ? pieces.at(-1) : pieces.find((piece, index) => p <= piece.x2 && (p > piece.x0 || index === 0));
    return found ?? (pieces.at(-1) as Piece);
  };
  return {
    points,
    pieces,
    value: (p) => valueOn(pieceAt(p), p),
    derivative: (p) => derivativeOn(pieceAt(p), p),
  };
}
