import { checkBatch, hasLovaszSoftmax, type Loss, lovaszSoftmax, softmax, withGradient } from '@auto-seg-loss/ops';
import {
  mul,
  reshape,
  type Scalar,
  scalar,
  type Tensor,
  type Tensor3D,
  type Tensor4D,
  tensor2d,
  tidy,
  transpose,
} from '@tensorflow/tfjs-core';
import { lovaszJaccard } from './lovasz-jaccard.ts';
import type { LovaszOptions } from './options.ts';

/**
 * Lovász-softmax: the Lovász extension of each class's Jaccard loss, at the errors |y - p|, the mean over classes (Berman et
 * al., CVPR 2018, equation 11 and algorithm 1).
 */
export function lovasz(options: LovaszOptions): Loss {
  return {
    name: 'lovasz',
    value: (logits, labels) => {
      checkBatch('lovasz', logits, labels);
      return tidy(() => {
        if (!hasLovaszSoftmax()) return ofProbabilities(softmax(logits), labels, options);
        const groups = options.per === 'image' ? logits.shape[0] : 1;
        return lovaszSoftmax(logits, labels, groups, options.classes === 'all');
      });
    },
  };
}

/** Differentiable by the probabilities: the order of the errors has no gradient, so that the value is linear in them. */
function ofProbabilities(probabilities: Tensor4D, labels: Tensor3D, { classes, per }: LovaszOptions): Scalar {
  return withGradient<Scalar>([probabilities], () => {
    const [n, h, w, c] = probabilities.shape;
    const pixels = n * h * w;
    // Class after class: the sort goes through each class's probabilities on their own.
    const byClass = transpose(reshape(probabilities, [pixels, c]));
    const { value, slope } = lovaszJaccard({
      probabilities: byClass.dataSync<'float32'>(),
      labels: labels.dataSync<'int32'>(),
      groups: per === 'image' ? n : 1,
      classes: c,
      absent: classes === 'all',
    });
    return {
      value: scalar(value),
      save: [reshape(transpose(tensor2d(slope, [c, pixels])), [n, h, w, c])],
      gradient: (dy, [saved]) => [mul(saved as Tensor, dy)],
    };
  });
}
