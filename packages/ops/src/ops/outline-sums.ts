import { type Tensor, type Tensor2D, type Tensor3D, type Tensor4D, tensor1d, unstack } from '@tensorflow/tfjs-core';
import { hasOwnOps, runOp, runOp1 } from '../native/native-ops.ts';
import type { PackedCurve } from './logical-sums.ts';
import { withGradient } from './with-gradient.ts';

/** Whether `outlineSums` and `labelTrimap` can be used: they have one implementation, for TensorFlow on the processor. */
export function hasOutlineSums(): boolean {
  return hasOwnOps();
}

/** Of the soft outline OR(p, q) - AND(p, q), where q is the erosion of p: a curve for each soft input. */
export interface OutlineCurves {
  readonly andPrediction: PackedCurve;
  readonly andErosion: PackedCurve;
  readonly orPrediction: PackedCurve;
  readonly orErosion: PackedCurve;
}

/** Sums over all pixels of each image. [n, c] */
export interface OutlineSums {
  /** Of the soft outline near the label's edges. */
  readonly hits: Tensor2D;
  /** Of the soft outline. */
  readonly drawn: Tensor2D;
  /** Over the label's edges, of the largest of the soft outline near. */
  readonly found: Tensor2D;
  /** The pixels of the label's edges. */
  readonly truth: Tensor2D;
}

/**
 * The sums that F1 of outlines is made of, from logits; differentiable by the logits.
 * @param logits [n, h, w, c] @param labels [n, h, w] int32, outside [0, c) is ignored
 * @param tolerance how far "near" reaches, in pixels, 0 or more
 */
export function outlineSums(
  logits: Tensor4D,
  labels: Tensor3D,
  tolerance: number,
  { andPrediction, andErosion, orPrediction, orErosion }: OutlineCurves,
): OutlineSums {
  const sums = withGradient<Tensor3D>([logits], () => {
    const curves = [andPrediction, andErosion, orPrediction, orErosion].map((curve) => tensor1d(curve));
    const inputs = [logits, labels, tensor1d([tolerance], 'int32'), ...curves];
    const [value, ...saved] = runOp('AslOutlineSums', inputs, {}, 6);
    return {
      value: value as Tensor3D,
      save: [...saved, labels],
      gradient: (dy, kept) => [runOp1('AslOutlineSumsGrad', [...kept, dy] as Tensor[], {})],
    };
  });
  const [hits, drawn, found, truth] = unstack(sums) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
  return { hits, drawn, found, truth };
}
