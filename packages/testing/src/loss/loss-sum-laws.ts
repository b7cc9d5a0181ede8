import type { Loss } from '@auto-seg-loss/ops';
import { type Law, law } from '../law/law.ts';
import { demand } from '../law/law-broken.ts';
import { batchOf } from '../tensors/batch.ts';
import { evaluateLoss } from '../tensors/loss-gradient.ts';
import { type LossInput, lossInputs, showLossInput } from './loss-input.ts';
import { valueLaws } from './value-laws.ts';

/** A loss that is a sum of others with weights. */
export interface LossSum {
  readonly loss: Loss;
  readonly terms: readonly { readonly weight: number; readonly loss: Loss }[];
}

/** The laws of a sum: of every loss, and that it is one. Needs an open engine. */
export function lossSumLaws({ loss, terms }: LossSum): readonly Law[] {
  const variants = [{ options: {}, product: loss }];
  return [
    law<LossInput>({
      name: 'sum',
      statement: 'Value and gradient are the sums of those of its parts, each times its weight.',
      inputs: lossInputs(variants),
      show: showLossInput,
      holds: ({ album, soft }) => {
        const batch = batchOf(album, soft);
        const whole = evaluateLoss(loss, batch);
        const parts = terms.map((term) => ({ ...evaluateLoss(term.loss, batch), weight: term.weight }));
        const added = (of: (part: (typeof parts)[number]) => number): number =>
          parts.reduce((sum, part) => sum + part.weight * of(part), 0);
        const size = (of: (part: (typeof parts)[number]) => number): number =>
          parts.reduce((sum, part) => sum + Math.abs(part.weight * of(part)), 0);
        const value = added((part) => part.value);
        demand(
          near(
            whole.value,
            value,
            size((part) => part.value),
          ),
          `the loss is ${whole.value}, its parts' ${value}`,
        );
        for (const [index, slope] of whole.gradient.entries()) {
          const other = added((part) => part.gradient[index] ?? Number.NaN);
          const scale = size((part) => part.gradient[index] ?? Number.NaN);
          demand(near(slope, other, scale), `slope ${index} is ${slope}, its parts' ${other}`);
        }
      },
    }),
    ...valueLaws(variants),
  ];
}

/** In float32; below the least normal number of it, what is left is rounding. */
function near(a: number, b: number, scale: number): boolean {
  return Math.abs(a - b) <= 1e-5 * scale + 1e-37;
}
