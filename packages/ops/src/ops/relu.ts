import { cast, clipByValue, greater, less, logicalAnd, mul, relu as rectify, type Tensor } from '@tensorflow/tfjs-core';
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

/** min(max(x, 0), 6). */
export function relu6<T extends Tensor>(x: T): T {
  return withGradient<T>([x], () => {
    const value = isNative() ? runOp1<T>('Relu6', [x], { T: { type: 'float32' } }) : clipByValue(x, 0, 6);
    return { value, save: [value], gradient: (dy, [y]) => [relu6Gradient(dy, y as T)] };
  });
}

/** dy where y is between 0 and 6, else 0. */
export function relu6Gradient<T extends Tensor>(dy: T, y: Tensor): T {
  if (isNative()) return runOp1<T>('Relu6Grad', [dy, y], { T: { type: 'float32' } });
  return mul(dy, cast(logicalAnd(greater(y, 0), less(y, 6)), 'float32'));
}
