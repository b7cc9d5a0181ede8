import { piecewiseCurve, SLOPE_LIMIT, type Surrogate } from '@auto-seg-loss/kernel';
import fc from 'fast-check';
import { monotonicity, truthTable } from '../curves/reference-constraints.ts';
import { type Law, law } from '../law/law.ts';
import { demand } from '../law/law-broken.ts';
import { showOutside } from '../law/outside.ts';
import type { Variant } from '../variants.ts';
import {
  decoded,
  places,
  type SurrogateInput,
  showSurrogateInput as show,
  surrogateInputs,
} from './surrogate-input.ts';

/** What rounding in float64 may do. */
const ROUNDING = 1e-12;
const STEP = 1e-6;

/** What holds of the curves of every surrogate. */
export function curveLaws(variants: readonly Variant<Surrogate>[]): readonly Law[] {
  const inputs = surrogateInputs(variants);
  const inner = surrogateInputs(variants, { inner: true });
  return [
    law<SurrogateInput>({
      name: 'unit-square',
      statement: 'Every θ is a function from [0, 1] into [0, 1], drawn by control points from left to right.',
      inputs,
      show,
      holds: (input) => {
        const curve = decoded(input);
        const { points } = curve;
        demand(points[0]?.[0] === 0 && points.at(-1)?.[0] === 1, 'the control points do not go from x = 0 to x = 1');
        for (const [index, [x, y]] of points.entries()) {
          for (const [axis, value] of Object.entries({ x, y })) {
            demand(value >= 0 && value <= 1, `${axis} of control point ${index} is ${showOutside(value)}`);
          }
          demand(x >= (points[index - 1]?.[0] ?? 0), `control point ${index} lies left of the one before it`);
        }
        for (const p of places(curve)) {
          const value = curve.value(p);
          demand(value >= -ROUNDING && value <= 1 + ROUNDING, `g(${p}) is ${value}`);
        }
      },
    }),
    law<SurrogateInput>({
      name: 'truth-table',
      statement: 'Under the truth table, g(0) = 0 and g(1) = 1, exactly.',
      inputs: surrogateInputs(variants, { with: truthTable }),
      show,
      holds: (input) => {
        const curve = decoded(input);
        const ends = [curve.value(0), curve.value(1)];
        demand(ends[0] === 0 && ends[1] === 1, `g(0) is ${ends[0]}, and g(1) is ${ends[1]}`);
      },
    }),
    law<SurrogateInput>({
      name: 'monotone',
      statement: 'Under monotonicity, g never decreases and its slope is never negative.',
      inputs: surrogateInputs(variants, { with: monotonicity }),
      show,
      holds: (input) => {
        const curve = decoded(input);
        let before = { p: 0, value: curve.value(0) };
        for (const p of places(curve)) {
          const [value, slope] = [curve.value(p), curve.derivative(p)];
          demand(value >= before.value - ROUNDING, `g(${p}) is ${value}, after g(${before.p}) = ${before.value}`);
          demand(slope >= -1e-9, `the slope at ${p} is ${slope}`);
          before = { p, value };
        }
      },
    }),
    law<SurrogateInput>({
      name: 'finite',
      statement: 'Values and slopes are finite everywhere, on the faces and in the corners of the cube too.',
      inputs,
      show,
      holds: (input) => {
        const curve = decoded(input);
        for (const p of places(curve)) {
          const [value, slope] = [curve.value(p), curve.derivative(p)];
          demand(Number.isFinite(value), `g(${p}) is ${value}`);
          demand(Math.abs(slope) <= SLOPE_LIMIT, `the slope at ${p} is ${slope}, beyond ${SLOPE_LIMIT}`);
        }
      },
    }),
    law<SurrogateInput>({
      name: 'continuous',
      statement: 'The curve does not jump at its control points.',
      inputs: inner,
      show,
      holds: (input) => {
        const curve = decoded(input);
        for (const [x] of curve.points.slice(1, -1)) {
          const [left, right] = [x - STEP / 10, x + STEP / 10];
          const steepest = Math.max(Math.abs(curve.derivative(left)), Math.abs(curve.derivative(right)));
          const jump = Math.abs(curve.value(right) - curve.value(left));
          demand(jump <= 10 * steepest * (right - left) + 1e-6, `it jumps by ${jump} at ${x}`);
        }
      },
    }),
    law<SurrogateInput & { readonly p: number }>({
      name: 'slope',
      statement: 'The slope is that of central differences.',
      inputs: fc.tuple(inner, fc.integer({ min: 1, max: 199 })).map(([input, place]) => ({ ...input, p: place / 200 })),
      show: (input) => `${show(input)}\np: ${input.p}`,
      holds: (input) => {
        const curve = decoded(input);
        const { p } = input;
        const value = curve.value(p);
        const forwards = (curve.value(p + STEP) - value) / STEP;
        const backwards = (value - curve.value(p - STEP)) / STEP;
        const size = Math.max(1, Math.abs(forwards), Math.abs(backwards));
        // A corner of the curve lies beside p.
        fc.pre(Math.abs(forwards - backwards) <= 1e-3 * size);
        const [slope, measured] = [curve.derivative(p), (forwards + backwards) / 2];
        demand(Math.abs(slope - measured) <= 2e-3 * size, `the slope is ${slope}, differences say ${measured}`);
      },
    }),
    law<SurrogateInput>({
      name: 'pieces',
      statement: 'Its quadratic pieces, which tensors are computed with, draw the same curve.',
      inputs,
      show,
      holds: (input) => {
        const curve = decoded(input);
        const { points, pieces } = curve;
        if (pieces === undefined) return;
        demand(pieces[0]?.x0 === 0 && pieces.at(-1)?.x2 === 1, 'the pieces do not cover [0, 1]');
        const other = piecewiseCurve(points, pieces);
        for (const p of places(curve)) {
          const [own, drawn] = [curve.value(p), other.value(p)];
          demand(Math.abs(own - drawn) <= 1e-9, `g(${p}) is ${own}, the pieces say ${drawn}`);
        }
      },
    }),
  ];
}
