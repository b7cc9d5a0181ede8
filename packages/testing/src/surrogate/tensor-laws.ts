import type { Metric, Surrogate } from '@auto-seg-loss/kernel';
import { curveValue, relaxedLoss } from '@auto-seg-loss/relaxed';
import { tensor1d, tidy } from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { monotonicity } from '../curves/reference-constraints.ts';
import { type Law, law } from '../law/law.ts';
import { demand } from '../law/law-broken.ts';
import { albums } from '../pictures/albums.ts';
import { type Album, isValid } from '../pictures/picture.ts';
import { batchOf, type Softness, showSoft, softness } from '../tensors/batch.ts';
import { evaluateLoss } from '../tensors/loss-gradient.ts';
import type { Variant } from '../variants.ts';
import {
  decoded,
  places,
  type SurrogateInput,
  showSurrogateInput as show,
  surrogateInputs,
} from './surrogate-input.ts';

/** The metric that curves are tried in: an AND and an OR with the label. */
const overlap: Metric = {
  name: 'overlap',
  measure: ({ and, or, sum }, { prediction, label }) => ({
    intersection: sum(and('intersection', prediction, label)),
    union: sum(or('union', prediction, label)),
  }),
  score: ({ mean, ratio }, sums) => mean(ratio(sums.intersection as never, sums.union as never)),
};

interface Better {
  readonly and: SurrogateInput;
  readonly or: SurrogateInput;
  readonly album: Album;
  readonly soft: Softness;
  readonly pixel: number;
  /** By how much the logit of the right class is raised. */
  readonly by: number;
}

/** What holds of a surrogate's curves in a loss; needs an open engine. */
export function tensorLaws(variants: readonly Variant<Surrogate>[]): readonly Law[] {
  const monotone = surrogateInputs(variants, { with: monotonicity });
  return [
    law<SurrogateInput>({
      name: 'tensors',
      statement: 'On tensors, curves have the values that they have in float64.',
      share: 0.5,
      inputs: surrogateInputs(variants, { inner: true }),
      show,
      holds: (input) => {
        const curve = decoded(input);
        const p = Float32Array.from(places(curve));
        const values = tidy(() => curveValue(tensor1d(p), curve).dataSync());
        for (const [index, value] of values.entries()) {
          const at = p[index] as number;
          // A rounding of p in float32 moves a steep curve.
          const wobble = 2 ** -22 * Math.abs(curve.derivative(at));
          const expected = curve.value(at);
          demand(
            Math.abs(value - expected) <= 1e-5 + wobble,
            `g(${at}) is ${value} on tensors, ${expected} in float64`,
          );
        }
      },
    }),
    law<Better>({
      name: 'better-answer',
      statement: 'Under monotonicity, raising the probability of a right answer never lowers the surrogate.',
      share: 0.5,
      inputs: fc.record({
        and: monotone,
        or: monotone,
        album: albums({ classes: [2, 4], pictures: [1, 1], sides: [1, 6] }),
        soft: softness,
        pixel: fc.nat(100),
        by: fc.constantFrom(1, 0.1, 5),
      }),
      show: ({ and, or, album, soft, pixel }) =>
        [
          showSoft(album, soft),
          `the right class of pixel ${pixel % (album.pictures[0]?.label.length ?? 1)} is raised`,
          `AND\n${show(and)}`,
          `OR\n${show(or)}`,
        ].join('\n'),
      holds: ({ and, or, album, soft, pixel, by }) => {
        const batch = batchOf(album, soft);
        const at = pixel % batch.labels.length;
        const label = batch.labels[at] as number;
        fc.pre(isValid(label));
        const place = at * album.classes + label;
        const raised = batch.logits.with(place, (batch.logits[place] as number) + by);
        const loss = relaxedLoss(overlap, [decoded(and), decoded(or)]);
        const before = evaluateLoss(loss, batch).value;
        const after = evaluateLoss(loss, { ...batch, logits: raised }).value;
        demand(after <= before + 2e-6, `the surrogate falls from ${1 - before} to ${1 - after}`);
      },
    }),
  ];
}
