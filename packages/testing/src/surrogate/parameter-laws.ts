import { type Curve, isAslError, type Point, type Surrogate } from '@auto-seg-loss/kernel';
import { type Law, law } from '../law/law.ts';
import { demand } from '../law/law-broken.ts';
import type { Variant } from '../variants.ts';
import {
  decoded,
  places,
  type SurrogateInput,
  showSurrogateInput as show,
  surrogateInputs,
} from './surrogate-input.ts';

/** What holds of every surrogate's parameters. */
export function parameterLaws(variants: readonly Variant<Surrogate>[]): readonly Law[] {
  const inputs = surrogateInputs(variants);
  const inner = surrogateInputs(variants, { inner: true });
  return [
    law<SurrogateInput>({
      name: 'start',
      statement: 'A search starts inside the cube, near the straight line.',
      share: 0.3,
      inputs,
      show,
      holds: ({ variant: { product }, constraints }) => {
        const [dimensions, start] = [product.dimensions(constraints), product.start(constraints)];
        demand(Number.isInteger(dimensions) && dimensions >= 1, `it has ${dimensions} parameters`);
        demand(start.length === dimensions, `${start.length} parameters to start with, of ${dimensions}`);
        demand(
          start.every((value) => value > 0 && value < 1),
          'the start lies on a face of the cube',
          { start },
        );
        const curve = product.decode(start, constraints);
        for (const p of [0, 0.25, 0.5, 0.75, 1]) {
          const value = curve.value(p);
          demand(Math.abs(value - p) <= 0.25, `g(${p}) is ${value} at the start`);
        }
      },
    }),
    law<SurrogateInput>({
      name: 'decode-encode',
      statement: 'Encoding a curve gives parameters that decode to it.',
      inputs,
      show,
      holds: (input) => {
        const { variant, constraints } = input;
        const curve = decoded(input);
        const theta = variant.product.encode(curve, constraints);
        demand(theta.length === input.theta.length, `${theta.length} parameters, of ${input.theta.length}`);
        const again = variant.product.decode(theta, constraints);
        const place = firstMoved(curve, again, 1e-9);
        demand(
          place < 0,
          `control point ${place} comes back as (${again.points[place]?.join(', ')}), not (${curve.points[place]?.join(', ')})`,
          { theta, points: again.points },
        );
      },
    }),
    law<SurrogateInput>({
      name: 'encode-decode',
      statement: 'Inside the cube, encoding a curve gives the parameters that it was decoded from.',
      inputs: inner,
      show,
      holds: (input) => {
        const encoded = input.variant.product.encode(decoded(input), input.constraints);
        const place = input.theta.findIndex((value, i) => !(Math.abs(value - (encoded[i] ?? Number.NaN)) <= 1e-6));
        demand(place < 0, `parameter ${place} is ${input.theta[place]}, and encoded ${encoded[place]}`, { encoded });
      },
    }),
    law<SurrogateInput>({
      name: 'from-points',
      statement: 'The control points alone, as a loss file has them, give the curve.',
      inputs,
      show,
      holds: (input) => {
        const curve = decoded(input);
        const again = input.variant.product.fromPoints(JSON.parse(JSON.stringify(curve.points)) as Point[]);
        for (const p of places(curve)) {
          const [own, other] = [curve.value(p), again.value(p)];
          demand(own === other, `g(${p}) is ${own}, and ${other} from the points`);
        }
      },
    }),
    law<SurrogateInput>({
      name: 'accepted',
      statement: 'The constraints that a curve was decoded under find nothing wrong with it.',
      inputs,
      show,
      holds: (input) => {
        const violations = input.constraints.flatMap((constraint) => constraint.check(decoded(input)));
        demand(violations.length === 0, violations.map(({ message }) => message).join('; '));
      },
    }),
    law<SurrogateInput>({
      name: 'refuses',
      statement: 'Parameters of another number, or outside of [0, 1], are refused by name.',
      share: 0.3,
      inputs,
      show,
      holds: ({ variant: { product }, constraints, theta }) => {
        const wrong = [
          [...theta, 0.5],
          theta.slice(1),
          theta.with(-1, 1.5),
          theta.with(0, -0.1),
          theta.with(0, Number.NaN),
        ];
        for (const parameters of wrong) {
          const refused = refusal(() => product.decode(parameters, constraints));
          demand(refused === 'ASL_ARGUMENT_INVALID', `[${parameters.join(', ')}] is not refused: ${refused}`);
        }
      },
    }),
  ];
}

/** The first control point that is not where it was; -1 where all are. */
function firstMoved({ points }: Curve, other: Curve, tolerance: number): number {
  const count = Math.max(points.length, other.points.length);
  return Array.from({ length: count }, (_, i) => i).findIndex((i) => {
    const [x, y] = points[i] ?? [Number.NaN, Number.NaN];
    const [otherX, otherY] = other.points[i] ?? [Number.NaN, Number.NaN];
    return !(Math.abs(x - otherX) <= tolerance && Math.abs(y - otherY) <= tolerance);
  });
}

/** The code of the error that an action ends with, or that it does not. */
function refusal(action: () => unknown): string {
  try {
    action();
    return 'accepted';
  } catch (error) {
    return isAslError(error) && error.code !== 'ASL_PLUGIN_FAILED' ? error.code : String(error);
  }
}
