import type { ScoreVector } from './dominance.ts';
import { scaled } from './scaled.ts';

/**
 * The knee of a front: the point furthest from the line between its ends (of more than two metrics, from the plane through the best by
 * each), where every metric goes from 0 to 1 along the front (Das 1999, "On characterizing the knee of the Pareto curve based on
 * Normal-Boundary Intersection"). Beyond it, a little of one metric costs much of another. That is the point with the highest sum of
 * scores on that scale; of equal ones, such as two points that are both ends, the one with the higher sum of scores as they are,
 * then the first.
 * @returns its index; −1 of an empty front.
 */
export function kneeOf(front: readonly ScoreVector[]): number {
  const sums = scaled(front).map(sum);
  const furthest = Math.max(...sums);
  const own = front.map((vector, index) => (sums[index] === furthest ? sum(vector) : Number.NEGATIVE_INFINITY));
  return own.indexOf(Math.max(...own));
}

function sum(vector: ScoreVector): number {
  return vector.reduce((total, score) => total + score, 0);
}
