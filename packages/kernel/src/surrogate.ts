import type { Constraint } from './constraint.ts';

/** A control point (x, y) in the unit square. */
export type Point = readonly [x: number, y: number];

/**
 * A quadratic Bézier piece of a curve, from (x0, y0) over the handle (x1, y1) to (x2, y2), with x0 ≤ x1 ≤ x2.
 * A straight piece has its handle half-way. Every tensor implementation works on pieces.
 */
export interface Piece {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
}

/** A function g: [0, 1] → [0, 1] that stands in for the identity on a soft input of a logical operation. */
export interface Curve {
  /** The control points from left to right, both ends included: what a loss file holds and what constraints check. */
  readonly points: readonly Point[];
  /** g(p), float64. */
  value(p: number): number;
  /** g'(p), float64; finite, also where the curve itself is vertical. */
  derivative(p: number): number;
  /**
   * The curve as quadratic pieces covering [0, 1] from left to right. With them it is evaluated by fused tensor operations;
   * a curve without is evaluated by calling `value` and `derivative` on every element, which is slower.
   */
  readonly pieces?: readonly Piece[];
}

/**
 * A family of curves with parameters in the unit cube.
 *
 * A curve's parameters are the coordinates of its control points that no constraint pins, point after point, x before y.
 * Abscissae are shares of what remains to the right (c_i = c_{i-1} + r_i·(1 - c_{i-1}), mathematics of the published search
 * space), so that every θ is a function of p. Ordinates are what the constraints make of them.
 */
export interface Surrogate {
  readonly name: string;
  /** How many parameters one curve has under these constraints. */
  dimensions(constraints: readonly Constraint[]): number;
  /** The parameters of the evenly spaced straight line, where a search starts. */
  start(constraints: readonly Constraint[]): readonly number[];
  /** @param theta `dimensions` values in [0, 1]. @throws AslError ASL_ARGUMENT_INVALID for another length or a value outside. */
  decode(theta: readonly number[], constraints: readonly Constraint[]): Curve;
  /** The parameters that decode to this curve (up to rounding; for a degenerate piece, some that do). */
  encode(curve: Curve, constraints: readonly Constraint[]): readonly number[];
  /** A curve from the control points of a loss file. @throws AslError ASL_LOSS_INVALID naming the point. */
  fromPoints(points: readonly Point[]): Curve;
}
