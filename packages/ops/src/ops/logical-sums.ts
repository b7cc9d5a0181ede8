import { concat, slice, type Tensor, type Tensor1D, type Tensor2D, tensor1d } from '@tensorflow/tfjs-core';
import { hasOwnOps, runOp } from '../native/native-ops.ts';
import { withGradient } from './with-gradient.ts';

/** A curve as the native op reads it: g(0), then x0, 1/width (0 for a step), handle, linear, square and rise of each piece. */
export type PackedCurve = Float32Array;

/** Of no pieces: the op leaves its sums out. */
const NO_CURVE: PackedCurve = Float32Array.of(0);

/** Whether `logicalSums` can be used: it has one implementation, for TensorFlow on the processor. */
export function hasLogicalSums(): boolean {
  return hasOwnOps();
}

export interface LogicalSums {
  /** Σ g(p)·y over the region, [c]; 0 without a curve. */
  readonly and: Tensor1D;
  /** Σ g(p) + y - g(p)·y over the region, [c]; 0 without a curve. */
  readonly or: Tensor1D;
}

/**
 * The sums that region metrics are made of, from logits, in one pass; differentiable by the logits in another.
 * @param logits [N, c] @param labels [N] int32, outside [0, c) is ignored @param region [N], 1 for the pixels that count
 */
export function logicalSums(
  logits: Tensor2D,
  labels: Tensor1D,
  region: Tensor1D,
  curves: { readonly and?: PackedCurve | undefined; readonly or?: PackedCurve | undefined },
): LogicalSums {
  const classes = logits.shape[1];
  const both = withGradient<Tensor1D>([logits], () => {
    const and = tensor1d(curves.and ?? NO_CURVE);
    const or = tensor1d(curves.or ?? NO_CURVE);
    const outputs = runOp('AslLogicalSums', [logits, labels, region, and, or], {}, 3);
    const [probabilities, andSums, orSums] = outputs as [Tensor2D, Tensor1D, Tensor1D];
    return {
      value: concat([andSums, orSums]),
      save: [probabilities, labels, region, and, or],
      gradient: (dy, saved) => {
        const inputs = [...saved, slice(dy, [0], [classes]), slice(dy, [classes], [classes])];
        return runOp('AslLogicalSumsGrad', inputs as Tensor[], {}, 1);
      },
    };
  });
  return { and: slice(both, [0], [classes]), or: slice(both, [classes], [classes]) };
}
