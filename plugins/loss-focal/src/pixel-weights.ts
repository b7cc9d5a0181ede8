import { oneHotLabels } from '@auto-seg-loss/ops';
import { cast, greaterEqual, less, logicalAnd, mul, sum, type Tensor3D, tensor1d } from '@tensorflow/tfjs-core';

/**
 * Which pixels count, and how much. Both [n, h, w]; 0 where ignored. Call inside a tidy.
 * @param labels [n, h, w] int32
 */
export function pixelWeights(
  labels: Tensor3D,
  classes: number,
  classWeights: readonly number[] | undefined,
): { readonly valid: Tensor3D; readonly weights: Tensor3D } {
  const valid = cast<Tensor3D>(logicalAnd(greaterEqual(labels, 0), less(labels, classes)), 'float32');
  if (classWeights === undefined) return { valid, weights: valid };
  return { valid, weights: sum(mul(oneHotLabels(labels, classes), tensor1d([...classWeights])), -1) };
}
