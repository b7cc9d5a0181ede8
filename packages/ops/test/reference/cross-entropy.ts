import type { Values } from '../tensors.ts';

/** The loss as PyTorch documents it, pixel by pixel in float64. */
export function crossEntropy(
  logits: Values,
  labels: ArrayLike<number>,
  classWeights: readonly number[] | undefined,
  smoothing: number,
): number {
  const c = logits.shape.at(-1) as number;
  const weight = (k: number): number => (classWeights === undefined ? 1 : (classWeights[k] as number));
  let total = 0;
  let weights = 0;
  for (let pixel = 0; pixel < labels.length; pixel++) {
    const label = labels[pixel] as number;
    if (label < 0 || label >= c) continue;
    const z = Array.from(logits.data.subarray(pixel * c, (pixel + 1) * c));
    const top = Math.max(...z);
    const normaliser = top + Math.log(z.reduce((sum, value) => sum + Math.exp(value - top), 0));
    for (let k = 0; k < c; k++) {
      const target = (k === label ? 1 - smoothing : 0) + smoothing / c;
      total += weight(k) * target * (normaliser - (z[k] as number));
    }
    weights += weight(label);
  }
  return weights === 0 ? 0 : total / weights;
}
