import type { ScoreVector } from './dominance.ts';

/**
 * Scores on one scale: 0 for the lowest by a metric, 1 for the highest. A metric by which all are equal tells nothing apart, and is 0
 * for all.
 */
export function scaled(vectors: readonly ScoreVector[]): readonly ScoreVector[] {
  const axes = Array.from({ length: vectors[0]?.length ?? 0 }, (_, axis) => {
    const scores = vectors.map((vector) => vector[axis] as number);
    return { low: Math.min(...scores), high: Math.max(...scores) };
  });
  return vectors.map((vector) =>
    vector.map((score, axis) => {
      const { low = 0, high = 0 } = axes[axis] ?? {};
      return high > low ? (score - low) / (high - low) : 0;
    }),
  );
}
