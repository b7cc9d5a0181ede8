import { div, maximum, mul, type Scalar, step, sum, type Tensor2D } from '@tensorflow/tfjs-core';

/**
 * The mean along one axis, then along the other, of the values that count; rows without any are left out of the second mean.
 * @param values [groups, c], finite also where they do not count. @param counted 1 or 0, [groups, c]
 * @param axis which mean comes first: 1 over the classes of each group, 0 over the groups of each class.
 * @returns a scalar; 0 with a gradient of 0 where nothing counts.
 */
export function meanOfMeans(values: Tensor2D, counted: Tensor2D, axis: 0 | 1): Scalar {
  const counts = sum(counted, axis);
  const means = div(sum(mul(values, counted), axis), maximum(counts, 1));
  const rows = sum(step(counts));
  return div(sum(means), maximum(rows, 1));
}
