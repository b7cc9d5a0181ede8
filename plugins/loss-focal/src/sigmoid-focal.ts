import { checkBatch, checkClassWeights, type Loss, oneHotLabels, withGradient } from '@auto-seg-loss/ops';
import {
  add,
  div,
  exp,
  expandDims,
  maximum,
  mul,
  type Scalar,
  softplus,
  sub,
  sum,
  type Tensor,
  type Tensor3D,
  type Tensor4D,
  tensor1d,
  tidy,
} from '@tensorflow/tfjs-core';
import type { FocalOptions } from './options.ts';
import { pixelWeights } from './pixel-weights.ts';

/**
 * -α_t·(1 - p_t)^γ·log p_t of each class against the others, with p = sigmoid(logit), and p_t = p, α_t = α at the pixel's
 * class, 1 - p and 1 - α at the others; summed over classes, the mean over valid pixels (Lin et al., ICCV 2017).
 */
export function sigmoidFocal({ gamma, alpha, classWeights }: FocalOptions): Loss {
  return {
    name: 'focal',
    value: (logits, labels) => {
      checkBatch('focal', logits, labels);
      checkClassWeights('focal', classWeights, logits.shape[3]);
      return tidy(() =>
        withGradient<Scalar>([logits], () => {
          const oneHot = oneHotLabels(labels, logits.shape[3]);
          // -1 at the pixel's class, 1 at the others: p_t = sigmoid(-sign·z)
          const sign = sub(1, mul(oneHot, 2));
          const wrong = mul(logits, sign);
          const entropy = softplus(wrong); // -log p_t
          const logDoubt = sub(wrong, entropy); // log(1 - p_t) = -softplus(-wrong)
          const doubt = exp(logDoubt);
          const focus = gamma === 0 ? undefined : exp(mul(logDoubt, gamma));
          const weights = termWeights(oneHot, labels, alpha, classWeights);
          const focal = focus === undefined ? entropy : mul(focus, entropy);
          // d/dz of doubt^γ·entropy is doubt^γ·(γ·(1 - doubt)·entropy + doubt), with the sign
          const inner = add(mul(mul(sub(1, doubt), entropy), gamma), doubt);
          const slope = mul(mul(focus === undefined ? inner : mul(focus, inner), sign), weights);
          return {
            value: sum(mul(focal, weights)),
            save: [slope],
            gradient: (dy, [saved]) => [mul(saved as Tensor, dy)],
          };
        }),
      );
    },
  };
}

/** What each pixel's and class's term counts in the mean. [n, h, w, c] */
function termWeights(
  oneHot: Tensor4D,
  labels: Tensor3D,
  alpha: number | undefined,
  classWeights: readonly number[] | undefined,
): Tensor {
  const { valid } = pixelWeights(labels, oneHot.shape[3], undefined);
  const share = expandDims(div(valid, maximum(sum(valid), 1)), 3);
  const balanced = alpha === undefined ? share : mul(add(mul(oneHot, 2 * alpha - 1), 1 - alpha), share);
  return classWeights === undefined ? balanced : mul(balanced, tensor1d([...classWeights]));
}
