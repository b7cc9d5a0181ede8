import type { LossFormula } from '@auto-seg-loss/kernel';
import { checkBatch, checkClassWeights, type Loss, pixelCrossEntropy } from '@auto-seg-loss/ops';
import { div, exp, expm1, log, maximum, mul, neg, sum, type Tensor3D, tidy } from '@tensorflow/tfjs-core';
import type { FocalOptions } from './options.ts';
import { pixelWeights } from './pixel-weights.ts';

/** The logarithm, and so any power, has a slope from here on. */
const LEAST_DOUBT = 1e-7;

/**
 * -(1 - p)^γ·log p at the pixel's class, the mean over valid pixels (Lin et al., ICCV 2017, with softmax in place of sigmoid).
 */
export function softmaxFocal(options: FocalOptions): Loss {
  const { gamma, classWeights } = options;
  return {
    name: 'focal',
    formula: focalFormula(options),
    value: (logits, labels) => {
      const classes = logits.shape[3];
      checkBatch('focal', logits, labels);
      checkClassWeights('focal', classWeights, classes);
      return tidy(() => {
        const entropy = pixelCrossEntropy(logits, labels); // [n, h, w]
        // 1 - p without the cancellation near p = 1
        const doubt = maximum(neg(expm1(neg(entropy))), LEAST_DOUBT);
        const focal = gamma === 0 ? entropy : mul<Tensor3D>(exp(mul(log(doubt), gamma)), entropy);
        const { valid, weights } = pixelWeights(labels, classes, classWeights);
        return div(sum(mul(focal, weights)), maximum(sum(valid), 1));
      });
    },
  };
}

function focalFormula({ gamma, classWeights }: FocalOptions): LossFormula {
  return (algebra) => {
    const { label, valid, probability, logProbability, number, minus, times, divide, atLeast, named } = algebra;
    const { sumOverClasses, sumOverPixels } = algebra;
    const entropy = named('entropy', minus(number(0), sumOverClasses(times(label, logProbability))));
    // What the other classes have: 1 - p without the cancellation near p = 1.
    const doubt = named('doubt', sumOverClasses(times(probability, minus(valid, label))));
    const focal = gamma === 0 ? entropy : times(algebra.power(atLeast(doubt, LEAST_DOUBT), gamma), entropy);
    const weights = classWeights === undefined ? valid : sumOverClasses(times(algebra.perClass(classWeights), label));
    const total = named('total', sumOverPixels(times(named('weights', weights), focal), 'batch'));
    return divide(total, atLeast(named('pixels', sumOverPixels(valid, 'batch')), 1));
  };
}
