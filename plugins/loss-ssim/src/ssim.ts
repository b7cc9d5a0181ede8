import { checkBatch, type Loss, oneHotLabels, softmax, withGradient } from '@auto-seg-loss/engine';
import {
  add,
  div,
  maximum,
  mul,
  type Scalar,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor3D,
  type Tensor4D,
  tidy,
} from '@tensorflow/tfjs-core';
import { gaussianWindow } from './gaussian-window.ts';
import type { SsimOptions } from './options.ts';

/** (0.01·L)² and (0.03·L)² of Wang et al. 2004, for a range of values L = 1. */
const C1 = 0.01 ** 2;
const C2 = 0.03 ** 2;

/**
 * 1 - SSIM of each class's probabilities and its label, the mean over classes and valid pixels (Qin et al., BASNet, CVPR 2019,
 * equation 5; the index: Wang et al., IEEE TIP 2004).
 */
export function ssim(options: SsimOptions): Loss {
  return {
    name: 'ssim',
    value: (logits, labels) => {
      checkBatch('ssim', logits, labels);
      return tidy(() => ofProbabilities(softmax(logits), labels, options));
    },
  };
}

/** Differentiable by the probabilities. */
function ofProbabilities(probabilities: Tensor4D, labels: Tensor3D, { border, ...window }: SsimOptions): Scalar {
  const channels = probabilities.shape[3];
  return withGradient<Scalar>([probabilities], () => {
    const y = oneHotLabels(labels, channels);
    const valid = sum<Tensor4D>(y, -1, true); // [n, h, w, 1]
    const x = mul<Tensor4D>(probabilities, valid);
    const blur = gaussianWindow(window, channels);
    // How much of each window is inside. Where the centre is valid this is its weight at least.
    const inside = border === 'zero' ? undefined : maximum(gaussianWindow(window, 1)(valid), 1e-30);
    const mean = (z: Tensor4D): Tensor4D => (inside === undefined ? blur(z) : div(blur(z), inside));

    const [mx, mxx, mxy, my] = [mean(x), mean(square(x)), mean(mul(x, y)), mean(y)] as const; // y² = y
    const crossMean = mul(mx, my);
    const [squareX, squareY] = [square(mx), square(my)];
    const a1 = add(mul(crossMean, 2), C1);
    const a2 = add(mul(sub(mxy, crossMean), 2), C2);
    const b1 = add(add(squareX, squareY), C1);
    const b2 = add(add(sub(mxx, squareX), sub(my, squareY)), C2);
    const denominator = mul(b1, b2);
    const index = div(mul(a1, a2), denominator);

    // Its slopes by the means of x², x·y and x.
    const byXx = div(index, mul(b2, -1));
    const byXy = div(mul(a1, 2), denominator);
    const direct = sub(div(mul(my, mul(a2, 2)), denominator), div(mul(index, mul(mx, 2)), b1));
    const byX = sub(sub(direct, mul(mul(mx, 2), byXx)), mul(my, byXy));
    const share = div(valid, maximum(mul(sum(valid), channels), 1));
    const weight = inside === undefined ? share : div(share, inside);
    const back = (slope: Tensor): Tensor => blur(mul(slope, weight));
    const slope = add(add(back(byX), mul(mul(x, 2), back(byXx))), mul(y, back(byXy)));
    return {
      value: sum(mul(sub(1, index), share)),
      save: [mul(slope, valid)],
      gradient: (dy, [saved]) => [mul(saved as Tensor, mul(dy, -1))],
    };
  });
}
