import { IGNORE_LABEL } from '@auto-seg-loss/kernel';
import type { Loss } from '@auto-seg-loss/ops';
import fc from 'fast-check';
import { type Law, law } from '../law/law.ts';
import { demand } from '../law/law-broken.ts';
import { type Album, mapPixels } from '../pictures/picture.ts';
import { type Batch, batchOf } from '../tensors/batch.ts';
import { type Evaluated, evaluateLoss } from '../tensors/loss-gradient.ts';
import type { Variant } from '../variants.ts';
import { isIgnored, type LossInput, lossInputs, showLossInput as show } from './loss-input.ts';

/** Of values and slopes of losses, which are means: relative to the larger of itself and 1. */
const TOLERANCE = 2e-5;

/** @param skip why ignored pixels may matter to these losses; they are then only tried where all pixels are ignored. */
export function ignoredLaws(variants: readonly Variant<Loss>[], skip?: string): readonly Law[] {
  const inputs = lossInputs(variants, { classes: [2, 5] });
  return [
    law<LossInput & { readonly ignore: number }>({
      name: 'all-ignored',
      statement: 'Where all pixels are ignored, the loss is 0 and so is its gradient.',
      share: 0.3,
      inputs: fc.tuple(inputs, fc.constantFrom(IGNORE_LABEL, -1, 77)).map(([input, ignore]) => ({ ...input, ignore })),
      show: (input) => `${show(input)}\nall labels are ${input.ignore}`,
      holds: ({ variant: { product }, album, soft, ignore }) => {
        const batch = batchOf(album, soft);
        const { value, gradient } = evaluateLoss(product, { ...batch, labels: batch.labels.map(() => ignore) });
        const slope = gradient.find((each) => each !== 0);
        demand(value === 0 && slope === undefined, `the loss is ${value}, with a slope of ${slope ?? 0}`);
      },
    }),
    law<LossInput>({
      name: 'ignored-slope',
      statement: 'The gradient at ignored pixels is 0.',
      skip,
      inputs,
      show,
      holds: ({ variant: { product }, album, soft }) => {
        const { gradient } = evaluateLoss(product, batchOf(album, soft));
        const wrong = gradient.findIndex(
          (slope, index) => slope !== 0 && isIgnored(album, Math.floor(index / album.classes)),
        );
        demand(wrong < 0, `the slope of logit ${wrong}, at an ignored pixel, is ${gradient[wrong]}`);
      },
    }),
    law<LossInput>({
      name: 'ignored',
      statement: 'Neither the logits of ignored pixels matter, nor which label outside of the classes they have.',
      skip,
      inputs,
      show,
      holds: ({ variant: { product }, album, soft }) => {
        const batch = batchOf(album, soft);
        const isOne = (_: number, index: number): boolean => isIgnored(album, Math.floor(index / album.classes));
        const other: Batch = {
          ...batch,
          logits: batch.logits.map((z, index) => (isOne(z, index) ? 7 - z : z)),
          labels: batch.labels.map((label, pixel) =>
            isIgnored(album, pixel) ? ([-1, 77, album.classes][pixel % 3] as number) : label,
          ),
        };
        demandSame(evaluateLoss(product, batch), evaluateLoss(product, other), 'with other logits and labels there');
      },
    }),
    law<LossInput>({
      name: 'ignored-image',
      statement: 'A picture that is ignored altogether changes nothing.',
      skip,
      share: 0.5,
      inputs: lossInputs(variants, { classes: [2, 5], pictures: [2, 2] }),
      show,
      holds: ({ variant: { product }, album, soft }) => {
        const [first, second] = album.pictures;
        fc.pre(first?.label.some((label) => label !== IGNORE_LABEL) === true);
        const both: Album = mapPixels(album, ({ prediction, label }, _, picture) => ({
          prediction,
          label: picture === second ? IGNORE_LABEL : label,
        }));
        const batch = batchOf(both, soft);
        const half = batch.logits.length / 2;
        const alone: Batch = {
          shape: [1, batch.shape[1], batch.shape[2], batch.shape[3]],
          logits: batch.logits.slice(0, half),
          labels: batch.labels.slice(0, batch.labels.length / 2),
        };
        const { value, gradient } = evaluateLoss(product, batch);
        const expected = evaluateLoss(product, alone);
        demandSame(expected, { value, gradient: gradient.slice(0, half) }, 'with the other picture');
      },
    }),
  ];
}

function demandSame(a: Evaluated, b: Evaluated, how: string): void {
  const close = (x: number, y: number): boolean => Math.abs(x - y) <= TOLERANCE * Math.max(1, Math.abs(x));
  demand(close(a.value, b.value), `the loss is ${a.value}, and ${b.value} ${how}`);
  const differs = a.gradient.findIndex((slope, index) => !close(slope, b.gradient[index] as number));
  demand(differs < 0, `slope ${differs} is ${a.gradient[differs]}, and ${b.gradient[differs]} ${how}`);
}
