import type { Loss } from '@auto-seg-loss/ops';
import { addN, mul, tidy } from '@tensorflow/tfjs-core';

/** A loss of a sum, and how much it counts. */
export interface Weighted {
  readonly weight: number;
  readonly loss: Loss;
}

/** Σ weight · value, in the order given. */
export function weightedSum(name: string, terms: readonly Weighted[]): Loss {
  return {
    name,
    value: (logits, labels) =>
      tidy(() =>
        addN(
          terms.map(({ weight, loss }) => {
            const value = loss.value(logits, labels);
            return weight === 1 ? value : mul(value, weight);
          }),
        ),
      ),
  };
}
