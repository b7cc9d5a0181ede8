/** Trainings that have about the same length. */
export interface Sort {
  /** Milliseconds of those that are at their end. */
  readonly took: readonly number[];
  /** How many are not. */
  readonly left: number;
}

/**
 * How long what is left of a run will take, by what its trainings took so far.
 * @param sorts trainings of different lengths. One of which none is at its end is taken for as long as the others.
 * @param spent milliseconds that trainings which are not at their end have run by now.
 * @param lanes how many run side by side.
 * @returns seconds; null before the first training is at its end.
 */
export function timeLeft(sorts: readonly Sort[], spent: readonly number[], lanes: number): number | null {
  const all = mean(sorts.flatMap(({ took }) => took));
  if (all === null) return null;
  const left = sorts.reduce((sum, sort) => sum + sort.left, 0);
  const work = sorts.reduce((sum, sort) => sum + sort.left * (mean(sort.took) ?? all), 0);
  // One that takes longer than the others is about to end.
  const done = spent.reduce((sum, ms) => sum + Math.min(ms, all), 0);
  return Math.max(0, work - done) / Math.max(1, Math.min(lanes, left)) / 1000;
}

function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length;
}
