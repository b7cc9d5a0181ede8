import { type Curve, MIN_PIECE_WIDTH, type Piece } from '@auto-seg-loss/kernel';
import { withGradient } from '@auto-seg-loss/ops';
import {
  cast,
  greater,
  lessEqual,
  logicalAnd,
  mul,
  reshape,
  stack,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  tensor2d,
  tidy,
} from '@tensorflow/tfjs-core';
import { curveDerivative, curveValue, parameterOnPiece } from './curve-tensor.ts';

/** Coordinates of a piece, in the order of the columns: x0, y0, x1, y1, x2, y2. */
export const PIECE_FIELDS = 6;

/** A curve's pieces as a tensor that losses can be differentiated by. [pieces, 6] */
export function pieceTensor(pieces: readonly Piece[]): Tensor2D {
  return tensor2d(pieces.map(({ x0, y0, x1, y1, x2, y2 }) => [x0, y0, x1, y1, x2, y2]));
}

/**
 * g(p), elementwise, differentiable by p and by the coordinates of the curve's pieces.
 *
 * With p = x(t) on a piece, g = y(t): a control point's ordinate counts with its Bernstein polynomial B(t), and its abscissa
 * moves t, so that it counts with -g'(p)·B(t).
 * @param p probabilities in [0, 1], any shape. @param pieces as `pieceTensor` makes it of the same curve.
 */
export function applyCurveByPieces<T extends Tensor>(p: T, pieces: Tensor2D, curve: Curve): T {
  return withGradient<T>([p, pieces], () => ({
    value: curveValue(p, curve),
    save: [p],
    gradient: (dy, [saved]) => {
      const slope = curveDerivative(saved as T, curve);
      return [mul(dy, slope), byPieces(saved as T, dy, slope, curve.pieces ?? [])];
    },
  }));
}

/** [pieces, 6] */
function byPieces(p: Tensor, dy: Tensor, slope: Tensor, pieces: readonly Piece[]): Tensor2D {
  const rows = pieces.map((piece, index) =>
    tidy(() => {
      // A step has no inside.
      if (piece.x2 - piece.x0 < MIN_PIECE_WIDTH) return tensor2d([new Array<number>(PIECE_FIELDS).fill(0)]);
      const after = index === 0 ? undefined : greater(p, piece.x0);
      const before = index === pieces.length - 1 ? undefined : lessEqual(p, piece.x2);
      const inside = after === undefined ? before : before === undefined ? after : logicalAnd(after, before);
      const weight = inside === undefined ? dy : mul(dy, cast(inside, 'float32'));
      const t = parameterOnPiece(p, piece);
      const rest = sub(1, t);
      const bernstein = [mul(rest, rest), mul(mul(rest, t), 2), mul(t, t)];
      const fields = bernstein.flatMap((b) => {
        const byY = mul(weight, b);
        return [sum(mul(mul(byY, slope), -1)), sum(byY)];
      });
      return reshape(stack(fields), [1, PIECE_FIELDS]);
    }),
  );
  return reshape(stack(rows), [pieces.length, PIECE_FIELDS]);
}
