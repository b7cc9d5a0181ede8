import type { Constraint, Curve } from '@auto-seg-loss/kernel';
import fc from 'fast-check';
import { cubePoints, innerPoints } from './cube-points.ts';
import { monotonicity, truthTable } from './reference-constraints.ts';
import { referenceSurrogate } from './reference-surrogate.ts';

export interface CurveOptions {
  /** What they satisfy; by default truth table and monotonicity. */
  readonly constraints?: readonly Constraint[];
  /** Without steps and verticals. Default false. */
  readonly smooth?: boolean;
}

/** Lists of `count` curves of up to three quadratic pieces. */
export function curves(count: number, options: CurveOptions = {}): fc.Arbitrary<readonly Curve[]> {
  const { constraints = [truthTable, monotonicity], smooth = false } = options;
  const one = fc.integer({ min: 1, max: 3 }).chain((pieces) => {
    const surrogate = referenceSurrogate(pieces);
    const dimensions = surrogate.dimensions(constraints);
    return (smooth ? innerPoints(dimensions) : cubePoints(dimensions)).map((theta) =>
      surrogate.decode(theta, constraints),
    );
  });
  return fc.array(one, { minLength: count, maxLength: count });
}
