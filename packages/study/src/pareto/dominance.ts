/** What something scores by each of several metrics: as many numbers as there are metrics, the more the better. */
export type ScoreVector = readonly number[];

/** Whether one is at least as good by every metric, and better by one. */
export function dominates(one: ScoreVector, other: ScoreVector): boolean {
  return one.every((score, axis) => score >= (other[axis] as number)) && !isEqual(one, other);
}

export function isEqual(one: ScoreVector, other: ScoreVector): boolean {
  return one.every((score, axis) => score === other[axis]);
}

/**
 * The front: what nothing else dominates. Of equal vectors the first stands for all.
 * @returns indices, ascending.
 */
export function nonDominated(vectors: readonly ScoreVector[]): readonly number[] {
  return vectors.flatMap((vector, index) => {
    const isBeaten = vectors.some(
      (other, place) => dominates(other, vector) || (place < index && isEqual(other, vector)),
    );
    return isBeaten ? [] : [index];
  });
}

/**
 * Non-dominated sorting (Deb et al. 2002, NSGA-II): the front, the front of what is left without it, and so on. Equal vectors are
 * in the same layer.
 * @returns indices by layer, each ascending.
 */
export function layersOf(vectors: readonly ScoreVector[]): readonly (readonly number[])[] {
  // What dominates a vector stands before it, so that its layer is known.
  const ordered = vectors.map((_, index) => index).toSorted((a, b) => byScores(at(vectors, a), at(vectors, b)));
  const layer = new Array<number>(vectors.length).fill(0);
  for (const [place, index] of ordered.entries()) {
    for (const other of ordered.slice(0, place)) {
      const behind = (layer[other] as number) + 1;
      if (behind > (layer[index] as number) && dominates(at(vectors, other), at(vectors, index))) layer[index] = behind;
    }
  }
  return Array.from({ length: Math.max(-1, ...layer) + 1 }, (_, wanted) =>
    layer.flatMap((one, index) => (one === wanted ? [index] : [])),
  );
}

/** By the first metric, then the second, and so on; the best first. */
export function byScores(one: ScoreVector, other: ScoreVector): number {
  const axis = one.findIndex((score, place) => score !== other[place]);
  return axis === -1 ? 0 : (other[axis] as number) - (one[axis] as number);
}

function at(vectors: readonly ScoreVector[], index: number): ScoreVector {
  return vectors[index] as ScoreVector;
}
