import { checkBatch, checkClassWeights, type Loss, softmaxCrossEntropy } from '@auto-seg-loss/ops';
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
      checkBatch('cross-entropy', logits, labels);
      checkClassWeights('cross-entropy', classWeights, logits.shape[3]);
      return softmaxCrossEntropy(logits, labels, {
        smoothing: labelSmoothing,
        ...(classWeights === undefined ? {} : { classWeights }),
      });
    },
  };
}
