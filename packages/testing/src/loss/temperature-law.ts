import type { Loss } from '@auto-seg-loss/ops';
import { type Law, law } from '../law/law.ts';
import { demand } from '../law/law-broken.ts';
import { batchOf } from '../tensors/batch.ts';
import { evaluateLoss } from '../tensors/loss-gradient.ts';
import { type LossInput, lossInputs, showLossInput } from './loss-input.ts';

/** Relative to the largest slope; quotients of float32 are the nearest ones everywhere. */
const TOLERANCE = 1e-5;

/** What a temperature does to a loss. @param loss at the temperature. @param plain the same without. */
export function temperatureLaw(loss: Loss, plain: Loss, temperature: number): Law {
  return law<LossInput>({
    name: 'temperature',
    statement: 'It is the loss of the logits divided by its temperature, and its gradient that one divided by it too.',
    skip: temperature === 1 ? 'its temperature is 1' : undefined,
    share: 0.5,
    inputs: lossInputs([{ options: {}, product: loss }]),
    show: showLossInput,
    holds: ({ album, soft }) => {
      const batch = batchOf(album, soft);
      const divisor = Math.fround(temperature);
      const { value, gradient } = evaluateLoss(loss, batch);
      const other = evaluateLoss(plain, { ...batch, logits: batch.logits.map((logit) => logit / divisor) });
      demand(Math.abs(value - other.value) <= TOLERANCE, `the loss is ${value}, of divided logits ${other.value}`);
      const expected = other.gradient.map((slope) => slope / divisor);
      const largest = expected.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
      const differs = gradient.findIndex((slope, i) => !(Math.abs(slope - (expected[i] ?? 0)) <= TOLERANCE * largest));
      demand(differs < 0, `slope ${differs} is ${gradient[differs]}, and should be ${expected[differs]}`);
    },
  });
}
