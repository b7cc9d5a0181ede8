import type { TrainingData } from '../inspection/training-data.ts';

/**
 * How often each class is: its share of the labelled pixels of the whole training split, as the run's `data.json` has them; what
 * weights of classes follow from.
 */
export function classShares({ pixels }: Pick<TrainingData, 'pixels'>): readonly number[] {
  const all = pixels.reduce((sum, count) => sum + count, 0);
  return pixels.map((count) => (all > 0 ? count / all : 0));
}
