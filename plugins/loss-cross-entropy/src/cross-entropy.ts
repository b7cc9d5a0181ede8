import { type Loss, softmaxCrossEntropy } from '@auto-seg-loss/engine';
import { AslError } from '@auto-seg-loss/kernel';
import type { CrossEntropyOptions } from './options.ts';

/**
 * Softmax cross-entropy, the mean over valid pixels; with class weights the weighted mean Σ w(y)·ce / Σ w(y), as PyTorch
 * defines it. With label smoothing ε, the target is 1 - ε at the true class plus ε / c at every class.
 * @throws AslError ASL_LOSS_MISMATCH from `value` if the weights are not as many as the classes.
 */
export function crossEntropy({ classWeights, labelSmoothing }: CrossEntropyOptions): Loss {
  return {
    name: 'cross-entropy',
    value: (logits, labels) => {
      const classes = logits.shape[3];
      if (classWeights !== undefined && classWeights.length !== classes) {
        throw new AslError('ASL_LOSS_MISMATCH', 'the class weights do not fit the data set', {
          where: 'cross-entropy: classWeights',
          expected: `${classes} weights, one for each class`,
          received: `${classWeights.length} weights`,
          remedy: 'give one weight for each class, in the order of the data set’s classes',
        });
      }
      return softmaxCrossEntropy(logits, labels, {
        smoothing: labelSmoothing,
        ...(classWeights === undefined ? {} : { classWeights }),
      });
    },
  };
}
