import { type Constraint, type Curve, type Piece, type Point, piecewiseCurve } from '@auto-seg-loss/kernel';
import fc from 'fast-check';
import { coordinates, cubePoints } from '../curves/cube-points.ts';
import { drawCurve } from '../curves/draw-curve.ts';
import { monotonicity, truthTable } from '../curves/reference-constraints.ts';
import { referenceSurrogate } from '../curves/reference-surrogate.ts';
import { type Law, law } from '../law/law.ts';
import { demand } from '../law/law-broken.ts';
import { showOutside } from '../law/outside.ts';
import { oneOf, showOptions, type Variant } from '../variants.ts';

interface Ordinates {
  readonly variant: Variant<Constraint>;
  /** Of a curve's control points, from left to right. */
  readonly ordinates: readonly number[];
}

interface Together {
  readonly variant: Variant<Constraint>;
  readonly set: readonly Constraint[];
  readonly theta: readonly number[];
}

/** Ordinates closer than this differ by rounding. */
const SAME = 1e-9;

const coarse = fc.integer({ min: 0, max: 64 }).map((part) => part / 64);

/** The laws of constraints. @param variants a constraint with different options, at least one. */
export function constraintLaws(variants: readonly Variant<Constraint>[]): readonly Law[] {
  const inputs = fc.record({
    variant: oneOf(variants),
    ordinates: fc.array(coordinates, { minLength: 2, maxLength: 7 }),
  });
  const show = ({ variant, ordinates }: Ordinates): string =>
    [...showOptions(variant), `ordinates: [${ordinates.join(', ')}]`, drawCurve(curveOf(ordinates))].join('\n');
  return [
    law<Ordinates>({
      name: 'range',
      statement: 'What it makes of ordinates in [0, 1] are as many ordinates in [0, 1]; and so the other way.',
      inputs,
      show,
      holds: ({ variant: { product }, ordinates }) => {
        for (const made of [product.project(ordinates), product.lift(ordinates)]) {
          demand(made.length === ordinates.length, `they are ${made.length}, of ${ordinates.length}`, { made });
          const outside = made.findIndex((y) => !(y >= 0 && y <= 1));
          demand(outside < 0, `ordinate ${outside} is ${showOutside(made[outside] as number)}`, { made });
        }
      },
    }),
    law<Ordinates>({
      name: 'pins',
      statement: 'What it pins is what its projection gives.',
      inputs,
      show,
      holds: ({ variant: { product }, ordinates }) => {
        const made = product.project(ordinates);
        for (const [index, y] of made.entries()) {
          const pin = product.pin(index, ordinates.length);
          demand(pin === undefined || pin === y, `ordinate ${index} is pinned to ${pin}, and comes out as ${y}`);
        }
      },
    }),
    law<Ordinates>({
      name: 'accepts',
      statement: 'Its check accepts what its projection gives.',
      inputs,
      show,
      holds: ({ variant: { product }, ordinates }) => {
        const made = product.project(ordinates);
        const violations = product.check(curveOf(made));
        demand(violations.length === 0, violations.map(({ message }) => message).join('; '), { made });
      },
    }),
    law<Ordinates>({
      name: 'lift',
      statement: 'Lifting what it made, and projecting again, gives the same.',
      inputs,
      show,
      holds: ({ variant: { product }, ordinates }) => {
        const made = product.project(ordinates);
        const again = product.project(product.lift(made));
        const place = firstDifference(made, again, SAME);
        demand(place < 0, `ordinate ${place} was ${made[place]}, and is ${again[place]}`, { made, again });
      },
    }),
    law<Ordinates>({
      name: 'rejects',
      statement: 'Its check rejects every curve that its projection cannot give, and names the first wrong place.',
      // Coarse ones: a check is exact, and what projection and lifting round must not look like a violation.
      inputs: fc.record({ variant: oneOf(variants), ordinates: fc.array(coarse, { minLength: 2, maxLength: 7 }) }),
      show,
      holds: ({ variant: { product }, ordinates }) => {
        const nearest = product.project(product.lift(ordinates));
        const place = firstDifference(ordinates, nearest, SAME);
        const violations = product.check(curveOf(ordinates));
        const numbers = { violations, nearest };
        if (place < 0) {
          demand(violations.length === 0, 'a curve that its projection gives is rejected', numbers);
          return;
        }
        demand(violations.length > 0, `ordinate ${place} breaks the constraint, and is accepted`, numbers);
        const named = Math.min(...violations.map(({ point }) => point));
        demand(named === place, `ordinate ${place} breaks the constraint, and ${named} is named`, numbers);
        for (const { constraint, message } of violations) {
          demand(constraint === product.name, `a violation is of "${constraint}", not "${product.name}"`, numbers);
          demand(message.length > 0, 'a violation says nothing', numbers);
        }
      },
    }),
    law<Together>({
      name: 'together',
      statement: 'After truth table and monotonicity, in either order, it leaves curves that all of them accept.',
      inputs: oneOf(variants).chain((variant) => {
        const { product } = variant;
        const others = [truthTable, monotonicity].filter(({ name }) => name !== product.name);
        const sets = [
          [...others, product],
          [...others.toReversed(), product],
        ];
        return fc
          .constantFrom(...sets)
          .chain((set) => cubePoints(referenceSurrogate(2).dimensions(set)).map((theta) => ({ variant, set, theta })));
      }),
      show: ({ variant, set, theta }) =>
        [
          ...showOptions(variant),
          `constraints: ${set.map(({ name }) => name).join(', ')}`,
          drawCurve(referenceSurrogate(2).decode(theta, set)),
        ].join('\n'),
      holds: ({ set, theta }) => {
        const curve = referenceSurrogate(2).decode(theta, set);
        const violations = set.flatMap((constraint) => constraint.check(curve));
        demand(
          violations.length === 0,
          violations.map(({ constraint, message }) => `${constraint}: ${message}`).join('; '),
        );
      },
    }),
  ];
}

/** Evenly spaced control points: quadratic pieces where their number is odd, straight ones where it is even. */
function curveOf(ordinates: readonly number[]): Curve {
  const points = ordinates.map((y, index): Point => [index / (ordinates.length - 1), y]);
  const step = points.length % 2 === 1 ? 2 : 1;
  const pieces: Piece[] = [];
  for (let at = 0; at + step < points.length; at += step) {
    const [[x0, y0], [x2, y2]] = [points[at] as Point, points[at + step] as Point];
    const [x1, y1] = step === 2 ? (points[at + 1] as Point) : [(x0 + x2) / 2, (y0 + y2) / 2];
    pieces.push({ x0, y0, x1, y1, x2, y2 });
  }
  return piecewiseCurve(points, pieces);
}

function firstDifference(a: readonly number[], b: readonly number[], tolerance: number): number {
  return a.findIndex((value, index) => Math.abs(value - (b[index] as number)) > tolerance);
}
