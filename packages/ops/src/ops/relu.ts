import { relu as rectify, type Tensor } from '@tensorflow/tfjs-core';
import { isNative, runOp1 } from '../native/native-ops.ts';
import { withGradient } from './with-gradient.ts';

/** max(x, 0); its gradient is one op, where tfjs's own makes a mask of several. */
export function relu<T extends Tensor>(x: T): T {
  if (!isNative()) return rectify(x);
  return withGradient<T>([x], () => {
    const value = runOp1<T>('Relu', [x], { T: { type: 'float32' } });
    return { value, save: [value], gradient: (dy, [y]) => [reluGradient(dy, y as T)] };
  });
}

/** dy where y is above 0, else 0 (native). */
export function reluGradient<T extends Tensor>(dy: T, y: Tensor): T {
  return runOp1<T>('ReluGrad', [dy, y], { T: { type: 'float32' } });
}
