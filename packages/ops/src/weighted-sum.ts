import { addN, mul, tidy } from '@tensorflow/tfjs-core';
import type { Loss } from './loss.ts';

/** A loss of a sum, and how much it counts. */
export interface Weighted {
  readonly weight: number;
  readonly loss: Loss;
}

/** Σ weight · value, in the order given. @param terms at least one. */
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
