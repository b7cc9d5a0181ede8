import type { Constraint, Curve, Surrogate } from '@auto-seg-loss/kernel';
import fc from 'fast-check';
import { cubePoints, innerPoints } from '../curves/cube-points.ts';
import { drawCurve } from '../curves/draw-curve.ts';
import { constraintSets } from '../curves/reference-constraints.ts';
import { oneOf, showOptions, type Variant } from '../variants.ts';

/** A point of a surrogate's parameters, under some constraints. */
export interface SurrogateInput {
  readonly variant: Variant<Surrogate>;
  readonly constraints: readonly Constraint[];
  readonly theta: readonly number[];
}

export interface SurrogateInputOptions {
  /** Only sets with this constraint; by default all of them. */
  readonly with?: Constraint;
  /** Whether θ stays well inside the cube, where curves have no steps. Default false. */
  readonly inner?: boolean;
}

export function surrogateInputs(
  variants: readonly Variant<Surrogate>[],
  options: SurrogateInputOptions = {},
): fc.Arbitrary<SurrogateInput> {
  const wanted = options.with;
  const sets = wanted === undefined ? constraintSets : constraintSets.filter((set) => set.includes(wanted));
  return fc.tuple(oneOf(variants), fc.constantFrom(...sets)).chain(([variant, constraints]) => {
    const dimensions = variant.product.dimensions(constraints);
    const points = options.inner === true ? innerPoints(dimensions) : cubePoints(dimensions);
    return points.map((theta) => ({ variant, constraints, theta }));
  });
}

export function decoded({ variant, constraints, theta }: SurrogateInput): Curve {
  return variant.product.decode(theta, constraints);
}

export function showSurrogateInput(input: SurrogateInput): string {
  const { variant, constraints, theta } = input;
  const names = constraints.map(({ name }) => name).join(', ') || 'none';
  return [...showOptions(variant), `constraints: ${names}`, `θ: [${theta.join(', ')}]`, drawn(input)].join('\n');
}

/** A surrogate that breaks its laws may have no curve to draw. */
function drawn(input: SurrogateInput): string {
  try {
    return drawCurve(decoded(input));
  } catch (error) {
    return `no curve: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Places of [0, 1] where something may go wrong: both ends and what lies beside them, the control points, and a grid. */
export function places({ points }: Curve): readonly number[] {
  const special = [0, 1, 1e-12, 1e-6, 1 - 1e-12, 1 - 1e-6, 2 ** -24, 1 - 2 ** -24];
  const beside = points.flatMap(([x]) => [x - 1e-9, x, x + 1e-9]);
  const grid = Array.from({ length: 33 }, (_, i) => i / 32);
  return [...special, ...beside, ...grid].filter((p) => p >= 0 && p <= 1).sort((a, b) => a - b);
}
