import type { LossFormula } from '@auto-seg-loss/kernel';
import { checkBatch, checkClassWeights, type Loss, softmaxCrossEntropy } from '@auto-seg-loss/ops';
import type { CrossEntropyOptions } from './options.ts';

/**
 * Softmax cross-entropy, the mean over valid pixels; with class weights the weighted mean Σ w(y)·ce / Σ w(y), as PyTorch
 * defines it. With label smoothing ε, the target is 1 - ε at the true class plus ε / c at every class.
 * @throws AslError ASL_LOSS_MISMATCH from `value` if the weights are not as many as the classes.
 */
export function crossEntropy(options: CrossEntropyOptions): Loss {
  const { classWeights, labelSmoothing } = options;
  return {
    name: 'cross-entropy',
    formula: entropyFormula(options),
    value: (logits, labels) => {
      checkBatch('cross-entropy', logits, labels);
      checkClassWeights('cross-entropy', classWeights, logits.shape[3]);
      return softmaxCrossEntropy(logits, labels, {
        smoothing: labelSmoothing,
        ...(classWeights === undefined ? {} : { classWeights }),
      });
    },
  };
}

/** Σ w·t·(−log p) / Σ w·y. */
function entropyFormula({ classWeights, labelSmoothing }: CrossEntropyOptions): LossFormula {
  return (algebra) => {
    const { label, valid, logProbability, classes, number, plus, minus, times, divide, atLeast, named } = algebra;
    const spread = times(divide(number(labelSmoothing), classes), valid);
    const target = labelSmoothing === 0 ? label : plus(times(number(1 - labelSmoothing), label), spread);
    const weighted = (value: typeof label): typeof label =>
      classWeights === undefined ? value : times(algebra.perClass(classWeights), value);
    const total = (value: typeof label): typeof label =>
      algebra.sumOverPixels(algebra.sumOverClasses(weighted(value)), 'batch');
    const entropy = named('entropy', minus(number(0), total(times(target, logProbability))));
    return divide(entropy, atLeast(named('pixels', total(label)), 1e-12));
  };
}
