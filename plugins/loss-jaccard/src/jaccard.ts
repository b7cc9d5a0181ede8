import { type Loss, type RegionOptions, regionLoss, type ScoreFormula } from '@auto-seg-loss/ops';
import { add, div, maximum, sub } from '@tensorflow/tfjs-core';

/** An absent class without prediction has a score of 0, not 0/0. It does not count. */
const LEAST_DENOMINATOR = 1e-7;

/** 1 - (Σ p·y + smooth) / (Σ p + Σ y - Σ p·y + smooth), the mean over classes (Rahman and Wang, ISVC 2016). */
export function jaccard(options: RegionOptions): Loss {
  return regionLoss(
    'jaccard',
    options,
    ({ hits, predicted, labelled }, smooth) => {
      const union = add(sub(add(predicted, labelled), hits), smooth);
      return div(add(hits, smooth), maximum(union, LEAST_DENOMINATOR));
    },
    1,
    jaccardScore,
  );
}

const jaccardScore: ScoreFormula = (algebra, { hits, predicted, labelled }, smooth) => {
  const { plus, minus, divide, atLeast, number } = algebra;
  const union = plus(minus(plus(predicted, labelled), hits), number(smooth));
  return divide(plus(hits, number(smooth)), atLeast(union, LEAST_DENOMINATOR));
};
