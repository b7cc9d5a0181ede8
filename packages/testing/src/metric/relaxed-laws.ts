import { readFormula } from '@auto-seg-loss/formula';
import type { Curve, Metric } from '@auto-seg-loss/kernel';
import { relaxedLoss, relaxedSums } from '@auto-seg-loss/relaxed';
import { dispose } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { curves } from '../curves/curves.ts';
import { drawCurve } from '../curves/draw-curve.ts';
import { truthTable } from '../curves/reference-constraints.ts';
import { type Law, law } from '../law/law.ts';
import { demand } from '../law/law-broken.ts';
import { albums } from '../pictures/albums.ts';
import { type Album, classesIn } from '../pictures/picture.ts';
import { batchOf, CERTAIN, mildSoftness, type Softness, showSoft, softness, upload } from '../tensors/batch.ts';
import { DOUBLE, evaluateLoss, slopeFits } from '../tensors/loss-gradient.ts';
import { oneOf, showOptions, type Variant } from '../variants.ts';
import { exactScore, exactSums, plainLoss, plainScore } from './evaluate.ts';

interface Relaxed {
  readonly variant: Variant<Metric>;
  readonly album: Album;
  readonly soft: Softness;
  readonly curves: readonly Curve[];
}

function show({ variant, album, soft, curves: drawn }: Relaxed): string {
  const { slots } = readFormula(variant.product);
  const each = slots.map(({ name }, index) => `curve ${name}\n${drawCurve(drawn[index] as Curve)}`);
  return [...showOptions(variant), showSoft(album, soft), ...each].join('\n');
}

/** What holds of the loss that a metric becomes; needs an open engine. */
export function relaxedLaws(variants: readonly Variant<Metric>[]): readonly Law[] {
  const inputs = (
    album: fc.Arbitrary<Album>,
    soft: fc.Arbitrary<Softness>,
    options: Parameters<typeof curves>[1],
  ): fc.Arbitrary<Relaxed> =>
    oneOf(variants).chain((variant) => {
      const { slots } = readFormula(variant.product);
      return fc.record({ variant: fc.constant(variant), album, soft, curves: curves(slots.length, options) });
    });
  const batches = albums({ oneSize: true });
  const small = albums({ oneSize: true, sides: [2, 7], classes: [2, 4], pictures: [1, 2] });
  return [
    law<Relaxed>({
      name: 'truth-table',
      statement: 'On binary masks, the relaxed sums are the exact ones, for all curves with g(0) = 0 and g(1) = 1.',
      share: 0.5,
      inputs: inputs(batches, fc.constant(CERTAIN), { constraints: [truthTable] }),
      show,
      holds: ({ variant: { product }, album, soft, curves: drawn }) => {
        const exact = exactSums(product, album);
        const { logits, labels } = upload(batchOf(album, soft));
        const relaxed = relaxedSums(product, drawn, logits, labels);
        dispose([logits, labels]);
        for (const [name, rows] of Object.entries(exact)) {
          const numbers = { exact: rows, relaxed: relaxed[name] };
          for (const [image, row] of rows.entries()) {
            for (const [c, count] of row.entries()) {
              const soft = relaxed[name]?.[image]?.[c] ?? Number.NaN;
              const same = Math.abs(count - soft) <= 1e-3;
              demand(same, `the sum "${name}" of class ${c} is ${count} exactly, and ${soft} relaxed`, numbers);
            }
          }
        }
      },
    }),
    law<Relaxed>({
      name: 'loss',
      statement: 'On binary masks, 1 - loss is the value, where no class is absent.',
      share: 0.5,
      inputs: inputs(
        albums({ oneSize: true, pictures: [1, 2], classes: [1, 3], sides: [3, 12] }),
        fc.constant(CERTAIN),
        { constraints: [truthTable] },
      ),
      show,
      holds: ({ variant: { product }, album, soft, curves: drawn }) => {
        const all = album.pictures.every(({ label }) => classesIn(label).length === album.classes);
        fc.pre(all && !plainScore(product, album).absent);
        const { value } = exactScore(product, album);
        const loss = evaluateLoss(relaxedLoss(product, drawn), batchOf(album, soft)).value;
        demand(Math.abs(1 - loss - (value ?? Number.NaN)) <= 1e-5, `1 - loss is ${1 - loss}, the value ${value}`);
      },
    }),
    law<Relaxed>({
      name: 'finite',
      statement: 'The loss and its gradient are finite, for flat and saturated predictions and for every curve.',
      share: 0.5,
      inputs: inputs(batches, softness, {}),
      show,
      holds: ({ variant: { product }, album, soft, curves: drawn }) => {
        const { value, gradient } = evaluateLoss(relaxedLoss(product, drawn), batchOf(album, soft));
        demand(Number.isFinite(value), `the loss is ${value}`);
        const wrong = gradient.findIndex((slope) => !Number.isFinite(slope));
        demand(wrong < 0, `the gradient by logit ${wrong} is ${gradient[wrong]}`);
      },
    }),
    law<Relaxed>({
      name: 'relaxed-loops',
      statement: 'The loss is what the formula says with its curves, read in plain loops.',
      share: 0.3,
      inputs: inputs(small, softness, { smooth: true }),
      show,
      holds: ({ variant: { product }, album, soft, curves: drawn }) => {
        const batch = batchOf(album, soft);
        const { value } = evaluateLoss(relaxedLoss(product, drawn), batch);
        const plain = plainLoss(product, drawn, album, batch.logits);
        demand(Math.abs(value - plain) <= 1e-4, `the loss is ${value}, plain loops say ${plain}`);
      },
    }),
    law<Relaxed>({
      name: 'slope',
      statement: 'The gradient of the loss is that of differences of its value in plain loops.',
      share: 0.3,
      inputs: inputs(small, mildSoftness, { smooth: true }),
      show,
      holds: ({ variant: { product }, album, soft, curves: drawn }) => {
        fc.pre(relaxedSlopeFits(product, drawn, album, soft));
      },
    }),
  ];
}

/** Compares the gradient of a metric's loss with differences of its value in plain float64 loops. */
export function relaxedSlopeFits(
  metric: Metric,
  drawn: readonly Curve[],
  album: Album,
  soft: Softness,
  absent: 'zero' | 'skip' = 'zero',
): boolean {
  const batch = batchOf(album, soft);
  const { gradient } = evaluateLoss(relaxedLoss(metric, drawn, { absent }), batch);
  const valueAt = (moved: (index: number) => number): number =>
    plainLoss(
      metric,
      drawn,
      album,
      Float64Array.from(batch.logits, (value, index) => value + moved(index)),
      absent,
    );
  return slopeFits(gradient, valueAt, DOUBLE, soft.seed);
}
