import type { TrainingOptions } from '@auto-seg-loss/kernel';

/**
 * The poly schedule of DeepLab: learningRate · (1 - iteration / iterations)^power.
 * @param iteration 0 to iterations - 1.
 */
export function polyLearningRate(
  options: Pick<TrainingOptions, 'learningRate' | 'iterations' | 'power'>,
  iteration: number,
): number {
  return options.learningRate * (1 - iteration / options.iterations) ** options.power;
}
