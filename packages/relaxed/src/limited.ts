import { maximum, minimum, type Tensor } from '@tensorflow/tfjs-core';

/** Values no lower than `low` and no higher than `high`. Not clipByValue: on WebAssembly (tfjs 4.22) it makes a number of NaN. */
export function limited<T extends Tensor>(values: T, low: number, high: number): T {
  return minimum(maximum(values, low), high);
}
