import {
  add,
  mul,
  type Scalar,
  scalar,
  sub,
  sum,
  type Tensor,
  tensor1d,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core';
import { hasOwnOps, runOp } from '../native/native-ops.ts';

/** A parameter with what its step depends on. */
export interface MomentumParameter {
  readonly variable: Variable;
  /** Of the shape of the variable. */
  readonly velocity: Tensor;
  readonly gradient: Tensor;
  /** Weight decay. */
  readonly decay: number;
  /** Learning rate. */
  readonly rate: number;
}

/** What a step gives; the caller disposes it. */
export interface MomentumStep {
  /** The new ones, in the order of the parameters. */
  readonly weights: readonly Tensor[];
  readonly velocities: readonly Tensor[];
  /** The sum of all new weights: not finite if one of them is not. */
  readonly total: Scalar;
}

/**
 * One step of gradient descent with momentum, as PyTorch and Caffe define it, for all parameters at once:
 * v ← momentum·v + gradient + decay·w, w ← w - rate·v. The variables stay as they are: assign them the new weights.
 */
export function momentumStep(parameters: readonly MomentumParameter[], momentum: number): MomentumStep {
  return hasOwnOps() ? nativeMomentumStep(parameters, momentum) : composedMomentumStep(parameters, momentum);
}

function nativeMomentumStep(parameters: readonly MomentumParameter[], momentum: number): MomentumStep {
  const count = parameters.length;
  const settings = tensor1d([momentum, ...parameters.flatMap(({ decay, rate }) => [decay, rate])]);
  const inputs = [
    ...parameters.map(({ variable }) => variable),
    ...parameters.map(({ velocity }) => velocity),
    ...parameters.map(({ gradient }) => gradient),
    settings,
  ];
  const outputs = runOp('AslMomentumStep', inputs, { N: { int: count } }, 2 * count + 1);
  settings.dispose();
  return {
    weights: outputs.slice(0, count),
    velocities: outputs.slice(count, 2 * count),
    total: outputs[2 * count] as Scalar,
  };
}

/** Of tfjs's own operations, for every backend. */
export function composedMomentumStep(parameters: readonly MomentumParameter[], momentum: number): MomentumStep {
  return tidy(() => {
    const weights: Tensor[] = [];
    const velocities: Tensor[] = [];
    let total: Scalar = scalar(0);
    for (const { variable, velocity, gradient, decay, rate } of parameters) {
      const moved = add(mul(velocity, momentum), add(gradient, mul(variable, decay)));
      const weight = sub(variable, mul(moved, rate));
      velocities.push(moved);
      weights.push(weight);
      total = add(total, sum(weight));
    }
    return { weights, velocities, total };
  }) as unknown as MomentumStep;
}
