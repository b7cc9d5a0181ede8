import { AslError } from '@auto-seg-loss/kernel';
import type { NumberType } from './state-dict.ts';

/** @throws AslError ASL_WEIGHTS_INVALID for a tensor with a number that is NaN or infinite. */
export function requireFinite(name: string, data: Float32Array, storedAs: NumberType, where: string): void {
  const index = data.findIndex((value) => !Number.isFinite(value));
  if (index < 0) return;
  throw new AslError('ASL_WEIGHTS_INVALID', `the tensor "${name}" has a number that is not finite`, {
    where,
    expected: storedAs === 'float64' ? 'finite numbers, within the range of float32' : 'finite numbers',
    received: `${data[index]} at index ${index} of ${data.length}`,
    remedy: 'such a network predicts nothing: take weights of an earlier checkpoint, or of another file',
  });
}
