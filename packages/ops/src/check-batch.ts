import { AslError } from '@auto-seg-loss/kernel';
import type { Tensor3D, Tensor4D } from '@tensorflow/tfjs-core';

/**
 * What a loss may take for granted of its arguments.
 * @param loss name, for the message.
 * @throws AslError ASL_ARGUMENT_INVALID naming the argument: logits not [n, h, w, c] float32, labels not [n, h, w] int32 of
 *   the same n, h and w.
 */
export function checkBatch(loss: string, logits: Tensor4D, labels: Tensor3D): void {
  const fail = (
    argument: string,
    expected: string,
    { dtype, shape }: { dtype: string; shape: readonly number[] },
  ): never => {
    throw new AslError('ASL_ARGUMENT_INVALID', `${argument} are not what a loss takes`, {
      where: `loss "${loss}", argument ${argument}`,
      expected,
      received: `${dtype} [${shape.join(', ')}]`,
    });
  };
  if (logits.dtype !== 'float32' || logits.shape.length !== 4 || logits.size === 0) {
    fail('logits', 'float32 [n, h, w, classes], none of them 0', logits);
  }
  const [n, h, w] = logits.shape;
  const [images, rows, columns] = labels.shape;
  if (labels.dtype !== 'int32' || labels.shape.length !== 3 || images !== n || rows !== h || columns !== w) {
    fail('labels', `int32 [${n}, ${h}, ${w}], as the logits`, labels);
  }
}

/** @throws AslError ASL_LOSS_MISMATCH for another number of weights than classes. */
export function checkClassWeights(loss: string, weights: readonly number[] | undefined, classes: number): void {
  if (weights === undefined || weights.length === classes) return;
  throw new AslError('ASL_LOSS_MISMATCH', 'the class weights do not fit the data set', {
    where: `loss "${loss}", option classWeights`,
    expected: `${classes} weights, one for each class`,
    received: `${weights.length} weights`,
    remedy: 'give one weight for each class, in the order of the data set’s classes',
  });
}
