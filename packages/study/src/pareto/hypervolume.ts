import { byScores, isEqual, nonDominated, type ScoreVector } from './dominance.ts';

/**
 * The volume of what points dominate above a reference (Zitzler and Thiele 1998): with a reference of zeros, what share of the
 * unit cube is no better than one of them. By inclusion and exclusion of one point after the other, as WFG (While, Bradstreet and
 * Barone 2012): of any number of metrics, and quick for the few points and metrics of a search.
 *
 * Equal sets give equal numbers to the last digit, in whatever order they come.
 * @param reference what is not above it by every metric adds nothing.
 */
export function hypervolume(points: readonly ScoreVector[], reference: ScoreVector): number {
  return volumeOf(inOrder(above(points, reference)));
}

/** What would be lost of the hypervolume without each point; 0 for a dominated point, and for equal ones. */
export function contributions(points: readonly ScoreVector[], reference: ScoreVector): readonly number[] {
  const all = above(points, reference);
  return all.map((point, index) => {
    const others = all.filter((_, place) => place !== index);
    if (others.some((other) => isEqual(other, point))) return 0;
    return Math.max(0, exclusive(point, inOrder(others)));
  });
}

/** Relative to the reference, and no lower. */
function above(points: readonly ScoreVector[], reference: ScoreVector): readonly ScoreVector[] {
  return points.map((point) => point.map((score, axis) => Math.max(0, score - (reference[axis] as number))));
}

/** Without dominated ones. */
function inOrder(points: readonly ScoreVector[]): readonly ScoreVector[] {
  return nonDominated(points)
    .map((index) => points[index] as ScoreVector)
    .toSorted(byScores);
}

function volumeOf(points: readonly ScoreVector[]): number {
  return points.reduce((sum, point, index) => sum + exclusive(point, points.slice(index + 1)), 0);
}

/** What a point dominates and none of the others does. */
function exclusive(point: ScoreVector, others: readonly ScoreVector[]): number {
  const box = point.reduce((volume, score) => volume * score, 1);
  if (others.length === 0 || box === 0) return box;
  const shared = others.map((other) => other.map((score, axis) => Math.min(score, point[axis] as number)));
  return box - volumeOf(inOrder(shared));
}
