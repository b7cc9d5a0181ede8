import { readFormula } from '@auto-seg-loss/formula';
import type { Curve, Metric, MetricClaims } from '@auto-seg-loss/kernel';
import fc from 'fast-check';
import { curves } from '../curves/curves.ts';
import { drawCurve } from '../curves/draw-curve.ts';
import { type Law, law } from '../law/law.ts';
import { demand } from '../law/law-broken.ts';
import { albums } from '../pictures/albums.ts';
import { type Album, isValid, withoutIgnored } from '../pictures/picture.ts';
import { batchOf, type Softness, showSoft, softness } from '../tensors/batch.ts';
import { showOptions, type Variant } from '../variants.ts';
import { claiming } from './claim-laws.ts';
import { type Probabilities, plainLossOf, probabilitiesOf } from './evaluate.ts';
import { claimsOf } from './metric-input.ts';
import { withdrawal } from './withdrawal.ts';

/** A loss on a batch. */
export interface Answered {
  readonly variant: Variant<Metric>;
  readonly curves: readonly Curve[];
  readonly absent: 'zero' | 'skip';
  readonly album: Album;
  readonly soft: Softness;
}

/** A pixel at which the answer gets better. */
interface Better extends Answered {
  /** Taken modulo the number of pixels, and of classes. */
  readonly pixel: number;
  /** What probability is taken from: one wrong class, or all of them. */
  readonly from: number | 'all';
}

/** What the right class has at a pixel, and what the loss then is. */
interface Step {
  readonly right: number;
  readonly loss: number;
}

/** Shares of what is moved, on the way from the answer as it is. */
const WAY = [0, 0.01, 0.1, 0.3, 0.5, 0.7, 0.9, 0.99, 1];
/** A rise of a loss that float32 would not show. */
const ROUNDING = 1e-6;

/** What holds of the losses that a metric becomes, where its author claims that they lead to the right answer. */
export function answerLaws(variants: readonly Variant<Metric>[]): readonly Law[] {
  const bySteps = claiming(variants, ({ leads }) => leads === 'pixel');
  const byLabel = claiming(variants, ({ leads }) => leads !== 'none');
  const answered = (variant: fc.Arbitrary<Variant<Metric>>): fc.Arbitrary<Answered> =>
    variant.chain((each) =>
      fc.record({
        variant: fc.constant(each),
        curves: curves(readFormula(each.product).slots.length),
        absent: fc.constantFrom('zero', 'skip'),
        album: smallAlbums,
        soft: softness,
      }),
    );
  return [
    betterAnswerLaw(answered(bySteps.variant), bySteps.skip),
    bestAnswerLaw(answered(byLabel.variant), byLabel.skip),
  ];
}

const smallAlbums = albums({ oneSize: true, sides: [1, 6], classes: [2, 4], pictures: [1, 2] });

/** The same of a loss whose curves are given. */
export function answerLawsOf(loss: Pick<Answered, 'variant' | 'curves' | 'absent'>, skip?: string): readonly Law[] {
  const { leads } = claimsOf(loss.variant);
  const reason = `${loss.variant.product.name} does not claim it`;
  const answered = fc.record({ album: smallAlbums, soft: softness }).map((drawn) => ({ ...loss, ...drawn }));
  return [
    betterAnswerLaw(answered, skip ?? (leads === 'pixel' ? undefined : reason)),
    bestAnswerLaw(answered, skip ?? (leads === 'none' ? reason : undefined)),
  ];
}

function betterAnswerLaw(answered: fc.Arbitrary<Answered>, skip: string | undefined): Law {
  return law<Better>({
    name: 'better-answer',
    statement: 'Moving probability to the right class, at any pixel, never raises the loss.',
    skip,
    inputs: fc
      .record({ answered, pixel: fc.nat(1000), from: fc.oneof(fc.constant('all' as const), fc.nat(3)) })
      .map(({ answered: given, ...where }) => ({ ...given, ...where })),
    show: (input) => `${show(input)}\n${showPlace(input)}`,
    remedy: ({ variant }) => remedyFor(claimsOf(variant), 'label'),
    holds: (input) => {
      const { right } = placeOf(input);
      fc.pre(right !== undefined);
      const batch = batchOf(input.album, input.soft);
      const before = probabilitiesOf(input.album, batch.logits);
      const steps = WAY.map((share): Step => {
        const { probabilities, ofRight } = improved(input, before, share);
        return { right: ofRight, loss: lossOf(input, probabilities) };
      });
      const rises = steps.slice(1).map((step, index) => step.loss - (steps[index]?.loss ?? 0));
      const largest = rises.indexOf(Math.max(...rises));
      const [from, to] = steps.slice(largest, largest + 2) as [Step, Step];
      demand(
        to.loss <= from.loss + ROUNDING,
        `the loss rises from ${from.loss} to ${to.loss} where the right class goes from ${from.right} to ${to.right}`,
        { probability: steps.map(({ right: p }) => p), loss: steps.map(({ loss }) => loss) },
      );
    },
  });
}

function bestAnswerLaw(answered: fc.Arbitrary<Answered>, skip: string | undefined): Law {
  // What is predicted at ignored pixels has no right answer.
  const inputs = answered.map((input) =>
    claimsOf(input.variant).leavesOutIgnored ? input : { ...input, album: withoutIgnored(input.album) },
  );
  return law<Answered>({
    name: 'best-answer',
    statement: 'No answer costs less than the label itself.',
    share: 0.5,
    skip,
    inputs,
    show,
    remedy: ({ variant }) => remedyFor(claimsOf(variant), 'none'),
    holds: (input) => {
      const probabilities = probabilitiesOf(input.album, batchOf(input.album, input.soft).logits);
      const label = probabilities.map((ofPicture, picture) =>
        ofPicture.map((row, c) =>
          row.map((p, i) => {
            const right = input.album.pictures[picture]?.label[i] as number;
            return isValid(right) ? Number(right === c) : p;
          }),
        ),
      );
      const [answer, best] = [probabilities, label].map((each) => lossOf(input, each)) as [number, number];
      demand(best <= answer + ROUNDING, `the label costs ${best}, this answer ${answer}`);
    },
  });
}

function remedyFor(claims: MetricClaims, leads: MetricClaims['leads']): string {
  const why = 'sums that take a curve and sums that take none may part on the way (docs/laws.md, "Where a loss leads")';
  return `${why}; ${withdrawal(claims, { leads })}`;
}

function lossOf({ variant, curves: drawn, album, absent }: Answered, probabilities: readonly Probabilities[]): number {
  return plainLossOf(variant.product, drawn, album, probabilities, absent);
}

function placeOf({ album: { pictures }, pixel }: Better) {
  const { label, width } = pictures[0] as Album['pictures'][number];
  const at = pixel % (label.length * pictures.length);
  const [picture, i] = [Math.floor(at / label.length), at % label.length];
  const right = pictures[picture]?.label[i] as number;
  return { picture, i, row: Math.floor(i / width), column: i % width, right: isValid(right) ? right : undefined };
}

/** The answer with a share of what is moved; and what the right class then has. */
function improved(
  input: Better,
  before: readonly Probabilities[],
  share: number,
): { readonly probabilities: readonly Probabilities[]; readonly ofRight: number } {
  const { picture, i, right } = placeOf(input);
  const from = input.from === 'all' ? undefined : input.from % input.album.classes;
  const ofPicture = before[picture] as Probabilities;
  const gains = ofPicture.map((row, c) =>
    c === right || (from !== undefined && from !== c) ? 0 : share * (row[i] as number),
  );
  const gained = gains.reduce((sum, gain) => sum + gain, 0);
  // Rounding must not make it more than certain.
  const ofRight = Math.min(1, (ofPicture[right as number]?.[i] as number) + gained);
  const after = ofPicture.map((row, c) => row.with(i, c === right ? ofRight : (row[i] as number) - (gains[c] ?? 0)));
  return { probabilities: before.with(picture, after), ofRight };
}

function show({ variant, album, soft, curves: drawn, absent }: Answered): string {
  const { slots } = readFormula(variant.product);
  const each = slots.map(({ name }, index) => `curve ${name}\n${drawCurve(drawn[index] as Curve)}`);
  return [...showOptions(variant), showSoft(album, soft), `absent classes: ${absent}`, ...each].join('\n');
}

function showPlace(input: Better): string {
  const { picture, row, column, right } = placeOf(input);
  const where = input.album.pictures.length === 1 ? '' : ` of picture ${picture}`;
  const from = input.from === 'all' ? 'all others' : `class ${input.from % input.album.classes}`;
  return `at row ${row}, column ${column}${where}, probability goes from ${from} to class ${right ?? '(ignored)'}`;
}
