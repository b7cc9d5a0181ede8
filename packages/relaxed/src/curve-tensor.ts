import { type Curve, MIN_PIECE_WIDTH, type Piece, SLOPE_LIMIT } from '@auto-seg-loss/kernel';
import { type PackedCurve, withGradient } from '@auto-seg-loss/ops';
import {
  add,
  cast,
  div,
  fill,
  greater,
  greaterEqual,
  maximum,
  minimum,
  mul,
  sqrt,
  sub,
  type Tensor,
  tensor,
  tidy,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { limited } from './limited.ts';

/** Below this, 0/0 at the left end of a piece whose handle lies on its knot would be NaN. */
const TINY = 1e-30;

/**
 * Makes u, and u / (handle + root), at least 1 at a piece's right end whatever float32 rounds, so that the end is met exactly:
 * where a curve ends in a vertical, a last bit less would be a visible step down.
 */
const ROUND_UP = 1 + 2 ** -22;

interface UnitPiece {
  readonly x0: number;
  /** 0 for a step. */
  readonly width: number;
  /** u = (p - x0)·scale; 0 for a step. */
  readonly scale: number;
  readonly handle: number;
  /** y(t) - y0 = linear·t + square·t². */
  readonly linear: number;
  readonly square: number;
  readonly rise: number;
}

/**
 * Places are those of float32, as p is: from exact ones, a narrow piece would end well before or after its right end in the
 * arithmetic of tensors.
 */
function unitPiece(piece: Piece): UnitPiece {
  const { x0, y0, x1, y1, x2, y2 } = piece;
  const isStep = x2 - x0 < MIN_PIECE_WIDTH;
  const width = isStep ? 0 : Math.fround(x2) - Math.fround(x0);
  return {
    x0: Math.fround(x0),
    width,
    scale: isStep ? 0 : ROUND_UP / width,
    handle: isStep ? 0 : Math.min(1, Math.max(0, (x1 - x0) / (x2 - x0))),
    linear: 2 * (y1 - y0),
    square: y0 - 2 * y1 + y2,
    rise: y2 - y0,
  };
}

/** Undefined for a curve without pieces. */
function unitPieces({ pieces = [] }: Curve): readonly UnitPiece[] | undefined {
  return pieces.length === 0 ? undefined : pieces.map(unitPiece);
}

/** The curve as the native operations read it; undefined for one without pieces. */
export function packCurve(curve: Curve): PackedCurve | undefined {
  const fields = unitPieces(curve)?.flatMap(({ x0, scale, handle, linear, square, rise }) => {
    return [x0, scale, handle, linear, square, rise];
  });
  return fields && Float32Array.of(curve.value(0), ...fields);
}

/** t and the root on one piece, for p anywhere in [0, 1]: t is 0 to the left of the piece and 1 to its right. */
function solve(p: Tensor, { x0, scale, handle }: UnitPiece): { t: Tensor; root: Tensor } {
  const u = limited(mul(sub(p, x0), scale), 0, 1);
  // handle² + (1 - 2·handle)·u, written so that nothing cancels where the handle lies on the piece's right end.
  const root = sqrt(add(mul(sub(1, u), handle ** 2), mul(u, (1 - handle) ** 2)));
  const t = minimum(div(mul(u, ROUND_UP), maximum(add(root, handle), TINY)), 1);
  return { t, root };
}

/** t with x(t) = p on a piece that is no step: 0 to the left of it, 1 to its right. @param p in [0, 1], any shape. */
export function parameterOnPiece(p: Tensor, piece: Piece): Tensor {
  return solve(p, unitPiece(piece)).t;
}

/**
 * As the sum of what each piece adds to its left end: nothing left of the piece, its rise to the right.
 */
function value(p: Tensor, start: number, end: number, pieces: readonly UnitPiece[]): Tensor {
  return tidy(() => {
    let total: Tensor | undefined;
    for (const piece of pieces) {
      let part: Tensor;
      if (piece.width === 0) {
        part = mul(cast(greater(p, piece.x0), 'float32'), piece.rise);
      } else {
        const { t } = solve(p, piece);
        part = mul(t, add(mul(t, piece.square), piece.linear));
      }
      total = total === undefined ? part : add(total, part);
    }
    // Sums of rises may leave [0, 1], or miss the end, by a rounding error; and a step at the end has nothing past it.
    const curve = limited(add(total as Tensor, start), 0, 1);
    return where(greaterEqual(p, 1), fill(p.shape, end), curve);
  });
}

/** From the left, each piece takes over where it begins. */
function derivative(p: Tensor, pieces: readonly UnitPiece[]): Tensor {
  return tidy(() => {
    const wide = pieces.filter(({ width }) => width > 0);
    let total: Tensor = zerosLike(p);
    wide.forEach((piece, index) => {
      const { t, root } = solve(p, piece);
      const dy = add(mul(t, 2 * piece.square), piece.linear);
      const slope = limited(div(dy, maximum(mul(root, 2 * piece.width), TINY)), -SLOPE_LIMIT, SLOPE_LIMIT);
      total = index === 0 ? slope : where(greater(p, piece.x0), slope, total);
    });
    return total;
  });
}

/** For a curve that has no pieces: calls it for every element. */
function elementwise(p: Tensor, f: (p: number) => number): Tensor {
  return tensor(Float32Array.from(p.dataSync(), f), p.shape);
}

/** g(p), elementwise. @param p probabilities in [0, 1], any shape. Not differentiable: see `applyCurve`. */
export function curveValue<T extends Tensor>(p: T, curve: Curve): T {
  const pieces = unitPieces(curve);
  if (pieces === undefined) return elementwise(p, curve.value) as T;
  return value(p, curve.value(0), curve.value(1), pieces) as T;
}

/** g'(p), elementwise, within ±SLOPE_LIMIT. @param p probabilities in [0, 1], any shape. */
export function curveDerivative<T extends Tensor>(p: T, curve: Curve): T {
  const pieces = unitPieces(curve);
  if (pieces === undefined) return elementwise(p, curve.derivative) as T;
  return derivative(p, pieces) as T;
}

/** g(p), elementwise and differentiable. @param p probabilities in [0, 1], any shape. */
export function applyCurve<T extends Tensor>(p: T, curve: Curve): T {
  return withGradient<T>([p], () => ({
    value: curveValue(p, curve),
    save: [p],
    gradient: (dy, [saved]) => [mul(dy, curveDerivative(saved as T, curve))],
  }));
}
