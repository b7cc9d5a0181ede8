import {
  add,
  mean as average,
  cast,
  div,
  greater,
  less,
  logicalAnd,
  mul,
  rsqrt,
  square,
  sub,
  sum,
  type Tensor,
  type Tensor4D,
  tensor1d,
  tidy,
  type Variable,
} from '@tensorflow/tfjs-core';
import { type Attribute, hasOwnOps, isNative, runOp } from '../native/native-ops.ts';
import { relu, relu6, relu6Gradient, reluGradient } from './relu.ts';
import { withGradient } from './with-gradient.ts';

/** What a batch norm's result goes through. */
type Rectified = boolean | 6;

/** The variables of a batch norm, each [c]. */
export interface BatchNormVariables {
  readonly gamma: Tensor;
  readonly beta: Tensor;
  /** Moving averages over batches; updated in training, used otherwise. The variance is the unbiased one. */
  readonly mean: Variable;
  readonly variance: Variable;
}

export interface BatchNormOptions {
  readonly training: boolean;
  /** Weight of the newest batch in the moving averages. Default 0.1. */
  readonly momentum?: number;
  /** Added to the variance. Default 1e-5. */
  readonly epsilon?: number;
  /** max(0, …) of the result, together with it; with 6, min(6, max(0, …)). */
  readonly relu?: Rectified;
}

/**
 * Batch normalisation over all axes but the last (Ioffe and Szegedy 2015): with the statistics of the batch, whose moving
 * averages it updates, in training; with the moving averages otherwise.
 * @param x [n, h, w, c]; differentiable by x, gamma and beta.
 * @returns [n, h, w, c]
 */
export function batchNorm(x: Tensor4D, variables: BatchNormVariables, options: BatchNormOptions): Tensor4D {
  const { training, momentum = 0.1, epsilon = 1e-5, relu: rectified = false } = options;
  if (!training) {
    const y = normaliseByAverages(x, variables, epsilon);
    return rectify(y, rectified);
  }
  const normalise = hasOwnOps() ? nativeBatchNorm : isNative() ? tensorflowBatchNorm : composedBatchNorm;
  return normalise(x, variables, momentum, epsilon, rectified);
}

/** One op in each direction, ReLU included. */
function nativeBatchNorm(
  x: Tensor4D,
  { gamma, beta, mean, variance }: BatchNormVariables,
  momentum: number,
  epsilon: number,
  rectified: Rectified,
): Tensor4D {
  return withGradient<Tensor4D>([x, gamma, beta], () => {
    const ceiling = rectified === 6 ? 6 : Number.POSITIVE_INFINITY;
    const settings = tensor1d([momentum, epsilon, rectified === false ? 0 : 1, ceiling]);
    const outputs = runOp('AslBatchNorm', [x, gamma, beta, mean, variance, settings], {}, 5);
    const [value, newMean, newVariance, ...statistics] = outputs as [Tensor4D, Tensor, Tensor, ...Tensor[]];
    mean.assign(newMean);
    variance.assign(newVariance);
    return {
      value,
      save: [x, gamma, beta, ...statistics, settings],
      gradient: (dy, saved) => runOp('AslBatchNormGrad', [dy, ...saved], {}, 3),
    };
  });
}

/** One multiplication and one addition for each value. */
function normaliseByAverages(
  x: Tensor4D,
  { gamma, beta, mean, variance }: BatchNormVariables,
  epsilon: number,
): Tensor4D {
  return tidy(() => {
    const scale = mul(gamma, rsqrt(add(variance, epsilon)));
    return add(mul(x, scale), sub(beta, mul(mean, scale)));
  });
}

/** TensorFlow's own ops, which have kernels for the GPU. */
export function tensorflowBatchNorm(
  x: Tensor4D,
  { gamma, beta, mean, variance }: BatchNormVariables,
  momentum: number,
  epsilon: number,
  rectified: Rectified,
): Tensor4D {
  const attributes: Record<string, Attribute> = {
    T: { type: 'float32' },
    U: { type: 'float32' },
    epsilon: { float: epsilon },
    data_format: { string: 'NHWC' },
    is_training: { bool: true },
  };
  return withGradient<Tensor4D>([x, gamma, beta], () => {
    // With a factor other than 1, the op itself makes the moving averages.
    const forward: Record<string, Attribute> = { ...attributes, exponential_avg_factor: { float: momentum } };
    const outputs = runOp('FusedBatchNormV3', [x, gamma, beta, mean, variance], forward, 6);
    const [normal, newMean, newVariance, ...statistics] = outputs as [Tensor4D, Tensor, Tensor, ...Tensor[]];
    mean.assign(newMean);
    variance.assign(newVariance);
    const value = rectify(normal, rectified);
    return {
      value,
      save: [x, gamma, ...statistics, ...(rectified === false ? [] : [value])],
      gradient: (dy, saved) => {
        const y = rectified === false ? undefined : saved[5];
        const slope = y === undefined ? dy : rectified === 6 ? relu6Gradient(dy, y) : reluGradient(dy, y);
        return runOp('FusedBatchNormGradV3', [slope, ...saved.slice(0, 5)], attributes, 5).slice(0, 3);
      },
    };
  });
}

/** The same of tfjs's own operations, for every backend. */
export function composedBatchNorm(
  x: Tensor4D,
  { gamma, beta, mean, variance }: BatchNormVariables,
  momentum: number,
  epsilon: number,
  rectified: Rectified,
): Tensor4D {
  const axes = [0, 1, 2];
  const count = x.size / x.shape[3];
  return withGradient<Tensor4D>([x, gamma, beta], () => {
    const batchMean = average(x, axes);
    const centred = sub(x, batchMean);
    const batchVariance = average(square(centred), axes);
    const inverse = rsqrt(add(batchVariance, epsilon));
    const normal = mul(centred, inverse); // [n, h, w, c]
    const scaled = add(mul(normal, gamma), beta) as Tensor4D;
    const value = rectify(scaled, rectified);
    const unbiased = mul(batchVariance, count / Math.max(count - 1, 1));
    mean.assign(add(mul(mean, 1 - momentum), mul(batchMean, momentum)));
    variance.assign(add(mul(variance, 1 - momentum), mul(unbiased, momentum)));
    return {
      value,
      save: [normal, mul(inverse, gamma), ...(rectified === false ? [] : [value])],
      gradient: (dy, saved) => {
        const [savedNormal, scale, y] = saved as [Tensor, Tensor, Tensor?];
        const slope = y === undefined ? dy : mul(dy, cast(passes(y, rectified), 'float32'));
        const byBeta = sum(slope, axes);
        const byGamma = sum(mul(slope, savedNormal), axes);
        const common = div(add(byBeta, mul(savedNormal, byGamma)), count);
        return [mul(sub(slope, common), scale), byGamma, byBeta];
      },
    };
  });
}

function rectify(y: Tensor4D, rectified: Rectified): Tensor4D {
  if (rectified === false) return y;
  return rectified === 6 ? relu6(y) : relu(y);
}

/** Where a rectified value follows what it was made of. */
function passes(y: Tensor, rectified: Rectified): Tensor {
  return rectified === 6 ? logicalAnd(greater(y, 0), less(y, 6)) : greater(y, 0);
}
