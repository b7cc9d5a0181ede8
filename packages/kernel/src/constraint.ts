import type { Curve } from './surrogate.ts';

/** Where and how a curve breaks a constraint. */
export interface Violation {
  readonly constraint: string;
  /** Index of the control point, from the left. */
  readonly point: number;
  /** One sentence with the numbers. */
  readonly message: string;
}

/**
 * What the curves of a search must satisfy. A constraint works on the ordinates of a curve's control points (n values from
 * left to right, both ends included): it pins some of them, and maps the others from the unit cube to where they may lie.
 * Constraints apply in the order of the config; `project` of all of them in turn makes a curve's ordinates of its parameters.
 */
export interface Constraint {
  readonly name: string;
  /** The value that this constraint fixes for ordinate `index` of `count`, or undefined: a pinned one is no parameter. */
  pin(index: number, count: number): number | undefined;
  /** Maps ordinates (each in [0, 1]) to ordinates that satisfy the constraint; keeps what it pins. */
  project(ordinates: readonly number[]): readonly number[];
  /** The inverse of `project` on ordinates that satisfy the constraint. */
  lift(ordinates: readonly number[]): readonly number[];
  /** Every place where the curve breaks the constraint; empty if it holds. */
  check(curve: Curve): readonly Violation[];
}
