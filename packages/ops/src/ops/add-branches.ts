import { add, type Tensor4D, tidy } from '@tensorflow/tfjs-core';
import { hasOwnOps, isNative, runOp1 } from '../native/native-ops.ts';
import { relu, reluGradient } from './relu.ts';
import { withGradient } from './with-gradient.ts';

/**
 * The sum of a residual block's two branches, and max(0, …) of it where `rectified`. tfjs's own addition keeps both until the backward pass;
 * its gradient needs neither.
 * @param a and b [n, h, w, c]
 */
export function addBranches(a: Tensor4D, b: Tensor4D, rectified: boolean = false): Tensor4D {
  if (!isNative()) return rectified ? relu(add(a, b)) : add(a, b);
  return withGradient<Tensor4D>([a, b], () => {
    const value = rectified ? rectifiedSum(a, b) : (add(a, b) as Tensor4D);
    return {
      value,
      save: rectified ? [value] : [],
      gradient: (dy, [y]) => {
        const slope = y === undefined ? dy : reluGradient(dy, y);
        return [slope.clone(), slope.clone()];
      },
    };
  });
}

function rectifiedSum(a: Tensor4D, b: Tensor4D): Tensor4D {
  if (hasOwnOps()) return runOp1('AslAddRectified', [a, b], {});
  return tidy((): Tensor4D => relu(add(a, b)));
}
