import type { PruningConfig } from '@auto-seg-loss/config';
import { iterationAt } from '@auto-seg-loss/kernel';

/** Trainings that the reference is the mean of: one alone would owe too much to its luck. */
export const REFERENCE_TRAININGS = 3;

/** How many trainings the reference takes: at each rung it is measured by trainings of their own. */
export function referenceTrainings(pruning: PruningConfig | null): number {
  return REFERENCE_TRAININGS * ((pruning?.rungs.length ?? 0) + 1);
}

/** How many iterations the reference takes. */
export function referenceIterations(iterations: number, pruning: PruningConfig | null): number {
  const each = [...(pruning?.rungs ?? []), 1].map((share) => iterationAt(share, iterations));
  return REFERENCE_TRAININGS * each.reduce((sum, value) => sum + value, 0);
}
