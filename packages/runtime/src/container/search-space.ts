import type { CurveSlot } from '@auto-seg-loss/formula';
import type { Constraint, Curve, Piece, Point, SearchSpace, Surrogate } from '@auto-seg-loss/kernel';
import type { PieceSlopes } from '@auto-seg-loss/relaxed';

/** θ of a search: the parameters of one curve after the other, in the order of the formula's slots. */
export interface CurveSpace extends SearchSpace {
  readonly slots: readonly CurveSlot[];
  readonly coordinates: readonly string[];
  /** The curves of a θ, one for each slot. */
  decode(theta: readonly number[]): readonly Curve[];
  /** The θ of curves by their control points, one list for each slot; undefined where the space does not hold them. */
  encode(curves: readonly (readonly Point[])[]): readonly number[] | undefined;
  /**
   * Slopes by the coordinates of the curves' pieces, as slopes by θ.
   * @param slopes one for each slot: of each piece x0, y0, x1, y1, x2, y2.
   */
  pullBack(theta: readonly number[], slopes: readonly PieceSlopes[]): readonly number[];
}

/** Of a difference in θ, in float64. */
const STEP = 1e-6;

/** The space of a formula's curves under constraints. */
export function curveSpace(
  slots: readonly CurveSlot[],
  surrogate: Surrogate,
  constraints: readonly Constraint[],
): CurveSpace {
  const each = surrogate.dimensions(constraints);
  const straight = surrogate.start(constraints);
  const parametersOf = (theta: readonly number[], slot: number): readonly number[] =>
    theta.slice(slot * each, (slot + 1) * each);
  const line = surrogate.decode(straight, constraints);
  return {
    slots,
    dimensions: slots.length * each,
    coordinates: slots.flatMap(({ name }) => straight.map((_, axis) => `${name} ${axis + 1}`)),
    start: slots.flatMap(() => straight),
    decode: (theta) => slots.map((_, slot) => surrogate.decode(parametersOf(theta, slot), constraints)),
    encode: (curves) => {
      if (curves.length !== slots.length || curves.some((points) => points.length !== line.points.length))
        return undefined;
      const drawn = curves.map((points) => surrogate.fromPoints(points));
      const broken = drawn.some((curve) => constraints.some((constraint) => constraint.check(curve).length > 0));
      return broken ? undefined : drawn.flatMap((curve) => surrogate.encode(curve, constraints));
    },
    pullBack: (theta, slopes) =>
      slots.flatMap((_, slot) => {
        const own = parametersOf(theta, slot);
        return own.map((value, axis) => {
          // At a side of the cube, from the side inwards.
          const [low, high] = [Math.max(0, value - STEP), Math.min(1, value + STEP)];
          const along = (at: number): number => {
            const { pieces = [] } = surrogate.decode(own.with(axis, at), constraints);
            return pieces.reduce((sum, piece, index) => sum + inner(slopes[slot]?.[index] ?? [], piece), 0);
          };
          return (along(high) - along(low)) / (high - low);
        });
      }),
  };
}

function inner(slopes: readonly number[], { x0, y0, x1, y1, x2, y2 }: Piece): number {
  return [x0, y0, x1, y1, x2, y2].reduce((sum, value, index) => sum + value * (slopes[index] ?? 0), 0);
}
