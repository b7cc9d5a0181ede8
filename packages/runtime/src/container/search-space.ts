import type { CurveSlot } from '@auto-seg-loss/formula';
import type { Constraint, Curve, SearchSpace, Surrogate } from '@auto-seg-loss/kernel';

/** θ of a search: the parameters of one curve after the other, in the order of the formula's slots. */
export interface CurveSpace extends SearchSpace {
  readonly slots: readonly CurveSlot[];
  /** The curves of a θ, one for each slot. */
  decode(theta: readonly number[]): readonly Curve[];
}

/** The space of a metric's curves under constraints. */
export function curveSpace(
  slots: readonly CurveSlot[],
  surrogate: Surrogate,
  constraints: readonly Constraint[],
): CurveSpace {
  const each = surrogate.dimensions(constraints);
  const start = surrogate.start(constraints);
  return {
    slots,
    dimensions: slots.length * each,
    start: slots.flatMap(() => start),
    decode: (theta) =>
      slots.map((_, index) => surrogate.decode(theta.slice(index * each, (index + 1) * each), constraints)),
  };
}
