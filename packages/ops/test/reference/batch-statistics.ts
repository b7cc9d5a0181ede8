import type { Values } from '../tensors.ts';

/** Mean and biased variance for each channel. */
export function batchStatistics(x: Values): { readonly mean: Float64Array; readonly variance: Float64Array } {
  const c = x.shape.at(-1) as number;
  const count = x.data.length / c;
  const mean = new Float64Array(c);
  const variance = new Float64Array(c);
  x.data.forEach((value, index) => {
    mean[index % c] = (mean[index % c] as number) + value / count;
  });
  x.data.forEach((value, index) => {
    const channel = index % c;
    variance[channel] = (variance[channel] as number) + (value - (mean[channel] as number)) ** 2 / count;
  });
  return { mean, variance };
}

/** gamma·(x - mean)/√(variance + epsilon) + beta; the positive part of it if `relu`, of that up to 6 if that is 6. */
export function normalised(
  x: Values,
  gamma: ArrayLike<number>,
  beta: ArrayLike<number>,
  { mean, variance }: { readonly mean: Float64Array; readonly variance: Float64Array },
  epsilon: number,
  relu: boolean | 6,
): Values {
  const c = x.shape.at(-1) as number;
  const data = x.data.map((value, index) => {
    const channel = index % c;
    const unit = (value - (mean[channel] as number)) / Math.sqrt((variance[channel] as number) + epsilon);
    const y = (gamma[channel] as number) * unit + (beta[channel] as number);
    return relu === false ? y : Math.min(relu === 6 ? 6 : Number.POSITIVE_INFINITY, Math.max(0, y));
  });
  return { shape: x.shape, data };
}
