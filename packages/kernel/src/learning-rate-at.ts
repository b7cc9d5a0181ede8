import type { TrainingOptions } from './training-options.ts';

/** Of the learning rate, in the first iteration of a warm-up. */
const START_FACTOR = 1e-6;

/**
 * The learning rate of an iteration: a warm-up, if there is one, then the poly schedule of DeepLab over the iterations that are
 * left, learningRate · (1 - (iteration - warmUp) / (iterations - warmUp))^power.
 *
 * In the warm-up it rises linearly from a millionth to the whole, which the first iteration after it has. Both as
 * mmsegmentation's schedules with warm-up have it (`LinearLR` with start_factor 1e-6, then `PolyLR` that begins where that ends);
 * torchvision's segmentation references do the same from a factor of 0.01.
 * @param iteration 0 to iterations - 1.
 */
export function learningRateAt(
  options: Pick<TrainingOptions, 'learningRate' | 'iterations' | 'power' | 'warmUp'>,
  iteration: number,
): number {
  const { learningRate, iterations, power, warmUp } = options;
  if (iteration < warmUp) return learningRate * (START_FACTOR + (1 - START_FACTOR) * (iteration / warmUp));
  return learningRate * (1 - (iteration - warmUp) / (iterations - warmUp)) ** power;
}
