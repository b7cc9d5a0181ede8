import {
  checkBatch,
  checkClassWeights,
  countedClasses,
  type Loss,
  meanOfMeans,
  missesOf,
  overlapSums,
} from '@auto-seg-loss/ops';
import { add, addN, div, mul, type Scalar, sub, sum, type Tensor2D, tensor1d, tidy } from '@tensorflow/tfjs-core';
import type { JdtOptions } from './options.ts';

/**
 * JDTLoss: Tversky losses for the fine-grained mIoUs of Wang et al., *Revisiting Evaluation Metrics for Semantic
 * Segmentation* (NeurIPS 2023), with the Jaccard, Dice or Tversky coefficients of *Jaccard Metric Losses* (NeurIPS 2023).
 * On labels that are one class each, TP = (|p| + |y| - |p - y|) / 2 = Σ p·y.
 */
export function jdt(options: JdtOptions): Loss {
  const { mIoUD, mIoUI, mIoUC, classes, classWeights } = options;
  const weigh = (misses: Tensor2D): Tensor2D =>
    classWeights === undefined ? misses : mul(misses, tensor1d([...classWeights]));
  return {
    name: 'jdt',
    value: (logits, labels) => {
      checkBatch('jdt', logits, labels);
      checkClassWeights('jdt', classWeights, logits.shape[3]);
      return tidy(() => {
        // Sums of the images are also those of the batch.
        const { hits, predicted, labelled } = overlapSums(logits, labels, mIoUI + mIoUC > 0 ? 'image' : 'batch');
        const terms: Scalar[] = [];
        if (mIoUD > 0) {
          const [allHits, allPredicted, allLabelled] = [hits, predicted, labelled].map((x) =>
            sum<Tensor2D>(x, 0, true),
          );
          const misses = weigh(
            tverskyMisses(allHits as Tensor2D, allPredicted as Tensor2D, allLabelled as Tensor2D, options),
          );
          terms.push(mul(meanOfMeans(misses, countedClasses(allLabelled as Tensor2D, classes), 1), mIoUD));
        }
        if (mIoUI + mIoUC > 0) {
          const misses = weigh(tverskyMisses(hits, predicted, labelled, options));
          const counted = countedClasses(labelled, classes);
          terms.push(mul(meanOfMeans(misses, counted, 1), mIoUI), mul(meanOfMeans(misses, counted, 0), mIoUC));
        }
        return addN(terms);
      });
    },
  };
}

/** [groups, c] */
function tverskyMisses(hits: Tensor2D, predicted: Tensor2D, labelled: Tensor2D, options: JdtOptions): Tensor2D {
  const { alpha, beta, gamma, smooth, log } = options;
  const wrong = add(mul(sub(predicted, hits), alpha), mul(sub(labelled, hits), beta));
  const smoothed = add(hits, smooth);
  return missesOf(div(smoothed, add(smoothed, wrong)), log, gamma);
}
