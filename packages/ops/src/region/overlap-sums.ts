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
  unstack,
} from '@tensorflow/tfjs-core';
import { hasOwnOps, runOp, runOp1 } from '../native/native-ops.ts';
import { oneHotLabels } from '../ops/one-hot-labels.ts';
import { softmax } from '../ops/softmax.ts';
import { withGradient } from '../ops/with-gradient.ts';

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
 * The sums of p = softmax(logits), differentiable by the logits. Call inside a tidy.
 * @param logits [n, h, w, c]
 * @param labels [n, h, w] int32; pixels outside [0, c) are in no sum.
 * @param per batch: one group; image: as many as images.
 */
export function overlapSums(logits: Tensor4D, labels: Tensor3D, per: 'batch' | 'image'): OverlapSums {
  return hasOwnOps() ? nativeOverlapSums(logits, labels, per) : composedOverlapSums(logits, labels, per);
}

function nativeOverlapSums(logits: Tensor4D, labels: Tensor3D, per: 'batch' | 'image'): OverlapSums {
  const [n, h, w, c] = logits.shape;
  const groups = per === 'image' ? n : 1;
  const pixels = (n * h * w) / groups;
  const sums = withGradient<Tensor3D>([logits], () => {
    const parts = reshape(labels, [groups, pixels]);
    const outputs = runOp('AslOverlapSums', [reshape(logits, [groups, pixels, c]), parts], {}, 2);
    const [probabilities, value] = outputs as [Tensor3D, Tensor3D];
    return {
      value,
      save: [probabilities, parts],
      gradient: (dy, [p, y]) => {
        const slope = runOp1<Tensor3D>('AslOverlapSumsGrad', [p as Tensor, y as Tensor, dy], {});
        return [reshape(slope, [n, h, w, c])];
      },
    };
  });
  const [hits, predicted, labelled, squares] = unstack(sums) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
  return { hits, predicted, labelled, squares: () => squares };
}

/** Of tfjs's own operations, for every backend. */
export function composedOverlapSums(logits: Tensor4D, labels: Tensor3D, per: 'batch' | 'image'): OverlapSums {
  const [n, h, w, c] = logits.shape;
  const groups = per === 'image' ? n : 1;
  const shape: [number, number, number] = [groups, (n * h * w) / groups, c];
  const p = reshape(softmax(logits), shape);
  const y = reshape(oneHotLabels(labels, c), shape);
  // The soft confusion matrix holds all sums, and its gradient by p is one matrix product as well.
  const confusion = matMul(y, p, true, false); // [groups, label, prediction]
  return {
    hits: sum<Tensor2D>(mul<Tensor>(confusion, eye(c)), 1),
    predicted: sum<Tensor2D>(confusion, 1),
    labelled: sum<Tensor2D>(y, 1),
    squares: () => {
      const valid = reshape(sum(y, 2), [groups, 1, shape[1]]);
      return reshape(matMul(valid, square(p)), [groups, c]);
    },
  };
}
