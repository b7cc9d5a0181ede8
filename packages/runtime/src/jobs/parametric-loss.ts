import { readFormula } from '@auto-seg-loss/formula';
import type { Curve, Metric } from '@auto-seg-loss/kernel';
import type { Loss } from '@auto-seg-loss/ops';
import { gradientByCurves, relaxedLoss } from '@auto-seg-loss/relaxed';
import type { ParametricLoss } from '@auto-seg-loss/training';
import { mul } from '@tensorflow/tfjs-core';
import type { CurveSpace } from '../container/search-space.ts';

/** The loss that relaxes a metric's formula, as a function of θ. */
export function parametricLoss(formula: Metric, space: CurveSpace, absent: 'zero' | 'skip'): ParametricLoss {
  return {
    at: (theta) => relaxedLoss(formula, space.decode(theta), { absent }),
    gradient: (theta, logits, labels) => {
      const slopes = gradientByCurves(formula, space.decode(theta), logits, labels, { absent });
      return space.pullBack(theta, slopes);
    },
  };
}

/** Logits are multiplied by this in the objective of a descent: the nearer probabilities are to 0 and 1, the nearer to the metric. */
const SHARPNESS = 3;

/**
 * What stands for the metric itself where a gradient is needed: its relaxation with straight curves, of sharpened predictions.
 * @param line the straight curve.
 */
export function descentObjective(metric: Metric, line: Curve, absent: 'zero' | 'skip'): Loss {
  const curves = readFormula(metric).slots.map(() => line);
  const straight = relaxedLoss(metric, curves, { absent });
  return { name: `sharp ${metric.name}`, value: (logits, labels) => straight.value(mul(logits, SHARPNESS), labels) };
}
