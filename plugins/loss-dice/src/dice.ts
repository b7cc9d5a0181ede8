import { type Loss, regionLoss, type ScoreFormula } from '@auto-seg-loss/ops';
import { add, div, maximum, mul } from '@tensorflow/tfjs-core';
import type { DiceOptions } from './options.ts';

/** An absent class without prediction has a score of 0, not 0/0. It does not count. */
const LEAST_DENOMINATOR = 1e-7;

/**
 * 1 - (2·Σ p·y + smooth) / (Σ p + Σ y + smooth), the mean over classes (Milletari et al., V-Net, 3DV 2016, with p² and y²;
 * y² = y).
 */
export function dice(options: DiceOptions): Loss {
  return regionLoss(
    'dice',
    options,
    ({ hits, predicted, labelled, squares }, smooth) => {
      const sizes = add(add(options.squared ? squares() : predicted, labelled), smooth);
      return div(add(mul(hits, 2), smooth), maximum(sizes, LEAST_DENOMINATOR));
    },
    1,
    diceScore(options),
  );
}

function diceScore({ squared }: DiceOptions): ScoreFormula {
  return ({ plus, times, divide, atLeast, number }, { hits, predicted, labelled, squares }, smooth) => {
    const sizes = plus(plus(squared ? squares() : predicted, labelled), number(smooth));
    return divide(plus(times(number(2), hits), number(smooth)), atLeast(sizes, LEAST_DENOMINATOR));
  };
}
