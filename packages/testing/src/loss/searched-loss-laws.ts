import { type Constraint, type Curve, defaultClaims, type Metric, SLOPE_LIMIT } from '@auto-seg-loss/kernel';
import type { Loss } from '@auto-seg-loss/ops';
import { relaxedLoss } from '@auto-seg-loss/relaxed';
import fc from 'fast-check';
import { drawCurve } from '../curves/draw-curve.ts';
import { type Law, law } from '../law/law.ts';
import { demand } from '../law/law-broken.ts';
import { answerLawsOf } from '../metric/answer-laws.ts';
import { exactScore, isShare, plainScore } from '../metric/evaluate.ts';
import { relaxedSlopeFits } from '../metric/relaxed-laws.ts';
import { albums } from '../pictures/albums.ts';
import { classesIn } from '../pictures/picture.ts';
import { places } from '../surrogate/surrogate-input.ts';
import { batchOf, CERTAIN, mildSoftness } from '../tensors/batch.ts';
import { evaluateLoss } from '../tensors/loss-gradient.ts';
import type { Variant } from '../variants.ts';
import { ignoredLaws } from './ignored-laws.ts';
import { type LossInput, showLossInput } from './loss-input.ts';
import { temperatureLaw } from './temperature-law.ts';
import { valueLaws } from './value-laws.ts';

/** The curves of a searched loss, as its file describes them. */
export interface SearchedLoss {
  readonly name: string;
  readonly metric: Metric;
  /** In the order of the formula, with their names. */
  readonly curves: readonly { readonly name: string; readonly curve: Curve }[];
  readonly constraints: readonly Constraint[];
  readonly absent: 'zero' | 'skip';
  /** What logits are divided by; 1 by default. */
  readonly temperature?: number;
  /** What θ in the file decodes to; undefined where it has none. */
  readonly decoded: readonly Curve[] | undefined;
}

interface CurveInput {
  readonly at: number;
}

/** The laws of a searched loss: of its curves, and of the loss that they make. Needs an open engine. */
export function searchedLossLaws(searched: SearchedLoss): readonly Law[] {
  const { name, metric, curves, constraints, absent, temperature = 1, decoded } = searched;
  const drawn = curves.map(({ curve }) => curve);
  const loss: Loss = relaxedLoss(metric, drawn, { name, absent, temperature });
  const variants: readonly Variant<Loss>[] = [{ options: {}, product: loss }];
  const each = fc.record({ at: fc.nat(curves.length - 1) });
  const show = ({ at }: CurveInput): string => {
    const one = curves[at];
    return one === undefined ? '' : `curve ${one.name}\n${drawCurve(one.curve)}`;
  };
  const curveOf = ({ at }: CurveInput): Curve => curves[at]?.curve as Curve;
  const truthTable = constraints.some((constraint) => constraint.name === 'truth-table');
  const bothConstraints = truthTable && constraints.some((constraint) => constraint.name === 'monotonicity');
  const { leavesOutIgnored } = metric.claims ?? defaultClaims;
  return [
    law<CurveInput>({
      name: 'constraints',
      statement: 'Its curves satisfy its constraints.',
      inputs: each,
      show,
      holds: (input) => {
        const violations = constraints.flatMap((constraint) => constraint.check(curveOf(input)));
        demand(violations.length === 0, violations.map(({ message }) => message).join('; '));
      },
    }),
    law<CurveInput>({
      name: 'theta',
      statement: 'Its curves are those that θ decodes to.',
      skip: decoded === undefined ? 'the file has no θ' : undefined,
      inputs: each,
      show,
      holds: (input) => {
        const [own, other] = [curveOf(input), decoded?.[input.at]];
        const same = own.points.every(([x, y], i) => {
          const point = other?.points[i];
          return point !== undefined && Math.abs(x - point[0]) <= 1e-9 && Math.abs(y - point[1]) <= 1e-9;
        });
        demand(same, 'θ decodes to another curve', { theta: other?.points });
      },
    }),
    law<CurveInput>({
      name: 'curves',
      statement: 'Its curves are finite everywhere, and so are their slopes.',
      inputs: each,
      show,
      holds: (input) => {
        const curve = curveOf(input);
        for (const p of places(curve)) {
          const [value, slope] = [curve.value(p), curve.derivative(p)];
          demand(isShare(value), `g(${p}) is ${value}`);
          demand(Math.abs(slope) <= SLOPE_LIMIT, `the slope at ${p} is ${slope}`);
        }
      },
    }),
    law<LossInput>({
      name: 'metric',
      statement: 'On binary masks, 1 - loss is the metric, where no class is absent.',
      skip: truthTable ? undefined : 'not without the truth table',
      share: 0.5,
      inputs: fc.record({
        variant: fc.constant(variants[0] as Variant<Loss>),
        album: albums({ oneSize: true, pictures: [1, 2], classes: [1, 3], sides: [3, 12] }),
        // Certain at its temperature too.
        soft: fc.constant({ ...CERTAIN, confidence: CERTAIN.confidence * Math.max(1, temperature) }),
      }),
      show: showLossInput,
      holds: ({ album, soft }) => {
        fc.pre(album.pictures.every(({ label }) => classesIn(label).length === album.classes));
        fc.pre(!plainScore(metric, album).absent);
        const { value } = exactScore(metric, album);
        const surrogate = 1 - evaluateLoss(loss, batchOf(album, soft)).value;
        demand(Math.abs(surrogate - (value ?? Number.NaN)) <= 1e-5, `1 - loss is ${surrogate}, the metric ${value}`);
      },
    }),
    law<LossInput>({
      name: 'slope',
      statement: 'Without its temperature, the gradient is that of differences of the value in plain loops.',
      share: 0.3,
      inputs: fc.record({
        variant: fc.constant(variants[0] as Variant<Loss>),
        album: albums({ oneSize: true, sides: [2, 7], classes: [2, 4], pictures: [1, 2] }),
        soft: mildSoftness,
      }),
      show: showLossInput,
      holds: ({ album, soft }) => {
        fc.pre(relaxedSlopeFits(metric, drawn, album, soft, absent));
      },
    }),
    temperatureLaw(loss, relaxedLoss(metric, drawn, { name, absent }), temperature),
    ...answerLawsOf(
      {
        variant: { options: {}, product: metric },
        curves: drawn,
        absent,
      },
      bothConstraints ? undefined : 'not without truth table and monotonicity',
    ),
    ...valueLaws(variants),
    ...ignoredLaws(variants, leavesOutIgnored ? undefined : `${metric.name} looks at ignored pixels`),
  ];
}
