import { readFormula } from '@auto-seg-loss/formula';
import type { Curve, Metric } from '@auto-seg-loss/kernel';
import type { Loss } from '@auto-seg-loss/ops';
import { gradientByCurves, relaxedLoss } from '@auto-seg-loss/relaxed';
import type { ParametricLoss } from '@auto-seg-loss/training';
import { add, div, mul, type Scalar, type Tensor4D } from '@tensorflow/tfjs-core';
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
 * What stands for the metric itself where a gradient is needed: its relaxation with straight curves, of sharpened predictions. Of
 * several metrics the mean, as in the reward.
 * @param line the straight curve.
 */
export function descentObjective(metrics: readonly Metric[], line: Curve, absent: 'zero' | 'skip'): Loss {
  const straight = metrics.map((metric) => {
    const curves = readFormula(metric).slots.map(() => line);
    return relaxedLoss(metric, curves, { absent });
  });
  return {
    name: `sharp ${metrics.map(({ name }) => name).join(' and ')}`,
    value: (logits, labels) => {
      const sharp = mul<Tensor4D>(logits, SHARPNESS);
      const [first, ...others] = straight.map((loss) => loss.value(sharp, labels));
      const sum = others.reduce<Scalar>((total, value) => add(total, value), first as Scalar);
      return others.length === 0 ? sum : div(sum, straight.length);
    },
  };
}
