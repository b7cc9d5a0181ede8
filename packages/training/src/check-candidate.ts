import type { Loss } from '@auto-seg-loss/ops';
import { mul, type Scalar, sum, type Tensor3D, type Tensor4D, tidy, valueAndGrad } from '@tensorflow/tfjs-core';

/** What a loss was checked on, and what was not finite there. */
export interface CandidateProblem {
  readonly reason: 'loss-not-finite' | 'gradient-not-finite';
  /** Factor on the logits. */
  readonly scale: number;
}

/** As they come; flattened to near-uniform probabilities; and saturated, so that probabilities round to 0 and 1. */
const SCALES = [1, 0, 200] as const;

/**
 * Checks a loss before it is trained with: value and gradient must be finite on sample logits, on uniform and on saturated
 * probabilities.
 * @param logits [n, h, w, c]. @param labels [n, h, w].
 * @returns the first problem, or undefined.
 */
export function checkCandidate(loss: Loss, logits: Tensor4D, labels: Tensor3D): CandidateProblem | undefined {
  for (const scale of SCALES) {
    const [value, slope] = tidy(() => {
      const result = valueAndGrad((scaled: Tensor4D): Scalar => loss.value(scaled, labels))(mul(logits, scale));
      return [result.value.dataSync()[0], sum(result.grad).dataSync()[0]];
    });
    if (!Number.isFinite(value)) return { reason: 'loss-not-finite', scale };
    if (!Number.isFinite(slope)) return { reason: 'gradient-not-finite', scale };
  }
  return undefined;
}
