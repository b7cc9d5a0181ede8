import { byScores, layersOf, nonDominated, type ScoreVector } from './dominance.ts';
import { contributions } from './hypervolume.ts';
import { scaled } from './scaled.ts';

/** So far below the worst, in ranges of a metric, that the ends of a front count for more than what lies close together. */
const MARGIN = 1;

/** The hypervolume that each of some points adds, on the scale of these points; equal ones count as one, and add the same. */
export function spreadContributions(vectors: readonly ScoreVector[]): readonly number[] {
  const different = new Map(vectors.map((vector) => [JSON.stringify(vector), vector]));
  const reference = (vectors[0] ?? []).map(() => -MARGIN);
  const adds = contributions(scaled([...different.values()]), reference);
  const byVector = new Map([...different.keys()].map((key, index) => [key, adds[index] as number]));
  return vectors.map((vector) => byVector.get(JSON.stringify(vector)) as number);
}

/**
 * So many points of a front, spread along it: the one that adds the least hypervolume is left out, again and again (Beume, Naujoks and
 * Emmerich 2007, SMS-EMOA); of equal ones the last.
 * @returns indices, ascending.
 */
export function spreadAlong(front: readonly ScoreVector[], count: number): readonly number[] {
  let kept = front.map((_, index) => index);
  while (kept.length > count) {
    const adds = spreadContributions(kept.map((index) => front[index] as ScoreVector));
    const least = adds.lastIndexOf(Math.min(...adds));
    kept = kept.filter((_, place) => place !== least);
  }
  return kept;
}

/**
 * The best so many of several vectors: the front, then that of what is left, and so on; of the one that does not fit as a whole, points that
 * are spread along it. Of equal vectors the first stands for all.
 * @returns indices: by layer, each ascending.
 */
export function bestOf(vectors: readonly ScoreVector[], count: number): readonly number[] {
  const different = vectors.flatMap((vector, index) => {
    return vectors.findIndex((other) => JSON.stringify(other) === JSON.stringify(vector)) === index ? [index] : [];
  });
  const chosen: number[] = [];
  for (const layer of layersOf(different.map((index) => vectors[index] as ScoreVector))) {
    const members = layer.map((place) => different[place] as number);
    const kept = spreadAlong(
      members.map((index) => vectors[index] as ScoreVector),
      Math.max(0, count - chosen.length),
    );
    chosen.push(...kept.map((place) => members[place] as number));
  }
  return chosen;
}

/** The front from its one end to the other: by the first metric, the best first; then by the second, and so on. @returns indices. */
export function alongFront(vectors: readonly ScoreVector[]): readonly number[] {
  return nonDominated(vectors).toSorted((a, b) => byScores(vectors[a] as ScoreVector, vectors[b] as ScoreVector));
}
