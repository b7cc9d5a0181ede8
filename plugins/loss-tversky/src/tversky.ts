import { type Loss, regionLoss, type ScoreFormula } from '@auto-seg-loss/ops';
import { add, div, maximum, mul, sub } from '@tensorflow/tfjs-core';
import type { TverskyOptions } from './options.ts';

/** An absent class without prediction has a score of 0, not 0/0. It does not count. */
const LEAST_DENOMINATOR = 1e-7;

/**
 * (1 - (TP + smooth) / (TP + α·FP + β·FN + smooth))^γ, the mean over classes (Salehi et al., MLMI 2017; the exponent: Abraham
 * and Khan, ISBI 2019), with TP = Σ p·y, FP = Σ p·(1 - y), FN = Σ (1 - p)·y.
 */
export function tversky(options: TverskyOptions): Loss {
  const { alpha, beta, gamma } = options;
  return regionLoss(
    'tversky',
    options,
    ({ hits, predicted, labelled }, smooth) => {
      const misses = add(mul(sub(predicted, hits), alpha), mul(sub(labelled, hits), beta));
      const hitsSmoothed = add(hits, smooth);
      return div(hitsSmoothed, maximum(add(hitsSmoothed, misses), LEAST_DENOMINATOR));
    },
    gamma,
    tverskyScore(options),
  );
}

function tverskyScore({ alpha, beta }: TverskyOptions): ScoreFormula {
  return (algebra, { hits, predicted, labelled }, smooth) => {
    const { plus, minus, times, divide, atLeast, number, named } = algebra;
    const falsePositives = named('false positives', times(number(alpha), minus(predicted, hits)));
    const falseNegatives = named('false negatives', times(number(beta), minus(labelled, hits)));
    const smoothed = named('smoothed hits', plus(hits, number(smooth)));
    return divide(smoothed, atLeast(plus(smoothed, plus(falsePositives, falseNegatives)), LEAST_DENOMINATOR));
  };
}
