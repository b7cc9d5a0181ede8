import { openEngine } from '@auto-seg-loss/engine';
import type { Loss } from '@auto-seg-loss/ops';
import {
  dispose,
  type Scalar,
  type Tensor4D,
  tensor3d,
  tensor4d,
  tidy,
  transpose,
  valueAndGrad,
} from '@tensorflow/tfjs-core';
import type { LossArrays } from './loss-arrays.ts';

/** A loss and its gradient by the logits, in the logits' layout. Opens the engine. */
export async function lossGradient(
  loss: Loss,
  inputs: LossArrays,
): Promise<{ readonly value: number; readonly gradient: Float32Array }> {
  await openEngine();
  const [value, gradient] = tidy(() => {
    const read = tensor4d(inputs.logits, [...inputs.shape], 'float32');
    const x: Tensor4D = inputs.layout === 'nhwc' ? read : transpose(read, [0, 2, 3, 1]); // [n, h, w, c]
    const [n, h, w] = x.shape;
    const y = tensor3d(inputs.labels, [n, h, w], 'int32');
    const result = valueAndGrad((logits: Tensor4D): Scalar => loss.value(logits, y))(x);
    const grad = inputs.layout === 'nhwc' ? result.grad : transpose(result.grad, [0, 3, 1, 2]);
    return [result.value, grad];
  });
  try {
    const [number = Number.NaN] = await value.data();
    return { value: number, gradient: Float32Array.from(await gradient.data()) };
  } finally {
    dispose([value, gradient]);
  }
}
