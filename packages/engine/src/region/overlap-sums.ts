import {
  eye,
  matMul,
  mul,
  reshape,
  square,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
} from '@tensorflow/tfjs-core';
import { oneHotLabels } from '../ops/one-hot-labels.ts';

/** What a prediction and a label have in common, by class: sums over the valid pixels of a batch or of each of its images. */
export interface OverlapSums {
  /** Σ p·y. [groups, c] */
  readonly hits: Tensor2D;
  /** Σ p. [groups, c] */
  readonly predicted: Tensor2D;
  /** Σ y, the class's pixels. [groups, c] */
  readonly labelled: Tensor2D;
  /** Σ p². [groups, c] */
  squares(): Tensor2D;
}

/**
 * Differentiable by the probabilities. Call inside a tidy.
 * @param probabilities [n, h, w, c]
 * @param labels [n, h, w] int32; pixels outside [0, c) are in no sum.
 * @param per batch: one group; image: as many as images.
 */
export function overlapSums(probabilities: Tensor4D, labels: Tensor3D, per: 'batch' | 'image'): OverlapSums {
  const [n, h, w, c] = probabilities.shape;
  const groups = per === 'image' ? n : 1;
  const pixels: [number, number, number] = [groups, (n * h * w) / groups, c];
  const p = reshape(probabilities, pixels);
  const y = reshape(oneHotLabels(labels, c), pixels);
  // The soft confusion matrix holds all sums, and its gradient by p is one matrix product as well.
  const confusion = matMul(y, p, true, false); // [groups, label, prediction]
  return {
    hits: sum<Tensor2D>(mul<Tensor>(confusion, eye(c)), 1),
    predicted: sum<Tensor2D>(confusion, 1),
    labelled: sum<Tensor2D>(y, 1),
    squares: () => {
      const valid = reshape(sum(y, 2), [groups, 1, pixels[1]]);
      return reshape(matMul(valid, square(p)), [groups, c]);
    },
  };
}
