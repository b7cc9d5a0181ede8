import type { Loss } from '@auto-seg-loss/engine';
import { gradientByCurves, relaxedLoss } from '@auto-seg-loss/formula/relaxed';
import type { Metric } from '@auto-seg-loss/kernel';
import type { ParametricLoss } from '@auto-seg-loss/training';
import { mul } from '@tensorflow/tfjs-core';
import type { CurveSpace } from '../container/search-space.ts';

/** The loss of a metric as a function of θ. */
export function parametricLoss(metric: Metric, space: CurveSpace, absent: 'zero' | 'skip'): ParametricLoss {
  return {
    at: (theta) => relaxedLoss(metric, space.decode(theta), { absent }),
    gradient: (theta, logits, labels) => {
      const slopes = gradientByCurves(metric, space.decode(theta), logits, labels, { absent });
      return space.pullBack(theta, slopes);
    },
  };
}

/** Logits are multiplied by this in the objective of a descent: the nearer probabilities are to 0 and 1, the nearer to the metric. */
const SHARPNESS = 3;

/** What stands for the metric itself where a gradient is needed: its relaxation with straight curves, of sharpened predictions. */
export function descentObjective(metric: Metric, space: CurveSpace, absent: 'zero' | 'skip'): Loss {
  const straight = relaxedLoss(metric, space.straight, { absent });
  return { name: `sharp ${metric.name}`, value: (logits, labels) => straight.value(mul(logits, SHARPNESS), labels) };
}
