import {
  checkBatch,
  hasStructuralSimilarity,
  type Loss,
  oneHotLabels,
  softmax,
  structuralSimilarity,
  withGradient,
} from '@auto-seg-loss/ops';
import {
  add,
  div,
  maximum,
  mul,
  reciprocal,
  type Scalar,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor3D,
  type Tensor4D,
  tidy,
} from '@tensorflow/tfjs-core';
import { gaussianWeights, gaussianWindow } from './gaussian-window.ts';
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
      return tidy(() => {
        if (!hasStructuralSimilarity()) return ofProbabilities(softmax(logits), labels, options);
        return structuralSimilarity(logits, labels, gaussianWeights(options), options.border === 'inside');
      });
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
    const mean = (z: () => Tensor4D): Tensor4D =>
      tidy(() => (inside === undefined ? blur(z()) : div(blur(z()), inside)));
    const means: Means = {
      x: mean(() => x),
      xx: mean(() => square(x)),
      xy: mean(() => mul(x, y)),
      y: mean(() => y), // y² = y
    };
    const { index, byX, byXx, byXy } = similarity(means);

    const share = div(valid, maximum(mul(sum(valid), channels), 1));
    const weight = mul(inside === undefined ? share : div(share, inside), 2);
    const back = (slope: Tensor): Tensor => tidy(() => blur(mul(slope, weight)));
    // Of 1 - index: x counts in the means of x, x² and x·y.
    const slope = tidy(() => mul(sub(mul(x, back(byXx)), add(back(byX), mul(y, back(byXy)))), valid));
    return {
      value: tidy(() => sum(mul(sub(1, index), share))),
      save: [slope],
      gradient: (dy, [saved]) => [mul(saved as Tensor, dy)],
    };
  });
}

/** Weighted means over the window around each pixel, of each class. [n, h, w, c] */
interface Means {
  readonly x: Tensor4D;
  readonly xx: Tensor4D;
  readonly xy: Tensor4D;
  readonly y: Tensor4D;
}

/**
 * The index at each pixel, and its slopes by the means: half of those of x and x·y, and with the other sign that of x², which
 * counts x twice. Temporary values are many and large: they go as soon as they can.
 */
function similarity({ x, xx, xy, y }: Means): { index: Tensor; byX: Tensor; byXx: Tensor; byXy: Tensor } {
  const product = mul(x, y);
  const a1 = tidy(() => add(mul(product, 2), C1));
  const a2 = tidy(() => add(mul(sub(xy, product), 2), C2));
  const squares = tidy(() => add(square(x), square(y)));
  const b1 = add(squares, C1);
  const b2 = tidy(() => add(sub(add(xx, y), squares), C2));
  const inverse = tidy(() => reciprocal(mul(b1, b2)));
  const index = tidy(() => mul(mul(a1, a2), inverse));
  return {
    index,
    byX: tidy(() => mul(add(mul(y, sub(a2, a1)), mul(mul(x, index), sub(b1, b2))), inverse)),
    byXx: div(index, b2),
    byXy: mul(a1, inverse),
  };
}
