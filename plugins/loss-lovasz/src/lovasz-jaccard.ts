import { DescendingSort } from './descending-sort.ts';

/** Pixels of a batch with their classes' probabilities. */
export interface Predictions {
  /** [classes, pixels] */
  readonly probabilities: Float32Array;
  /** [pixels]; outside [0, classes) is ignored. */
  readonly labels: Int32Array;
  /** Into how many equal parts the pixels fall, one after the other; each has a Jaccard index of its own. */
  readonly groups: number;
  readonly classes: number;
  /** Whether classes without a pixel in the group count. */
  readonly absent: boolean;
}

/** The loss and its slopes by the probabilities, [classes, pixels]. */
export interface ValueAndSlope {
  readonly value: number;
  readonly slope: Float32Array;
}

/**
 * The Lovász extension of 1 - Jaccard, the mean over classes, then over groups with a valid pixel. Runs on plain arrays: the
 * sort is what takes the time, and tensor backends sort slowly or not at all.
 */
export function lovaszJaccard({ probabilities, labels, groups, classes, absent }: Predictions): ValueAndSlope {
  const size = labels.length / groups;
  const slope = new Float32Array(probabilities.length);
  const sort = new DescendingSort(size);
  const parts = Array.from({ length: groups }, (_, group) => group * size)
    .map((start) => ({ start, counts: countLabels(labels, start, start + size, classes) }))
    .filter(({ counts }) => counts.some((count) => count > 0));
  let value = 0;
  for (const { start, counts } of parts) {
    const own = labels.subarray(start, start + size);
    const counted = [...counts.keys()].filter((k) => absent || (counts[k] as number) > 0);
    const share = 1 / (counted.length * parts.length);
    for (const k of counted) {
      const from = k * labels.length + start;
      const count = readErrors(sort, probabilities.subarray(from, from + size), own, k, classes);
      sort.sort(count);
      value += share * extension(sort, count, counts[k] as number, share, slope.subarray(from, from + size));
    }
  }
  return { value, slope };
}

function countLabels(labels: Int32Array, start: number, end: number, classes: number): Uint32Array {
  const counts = new Uint32Array(classes);
  for (let pixel = start; pixel < end; pixel++) {
    const label = labels[pixel] as number;
    if (label >= 0 && label < classes) counts[label] = (counts[label] as number) + 1;
  }
  return counts;
}

/**
 * Takes the errors of class k's pixels, those that matter, to the sort, each with twice its pixel, plus 1 if it is of the class.
 * @param p of class k. @returns how many.
 */
function readErrors(sort: DescendingSort, p: Float32Array, labels: Int32Array, k: number, classes: number): number {
  const least = leastError(p, labels, k, classes);
  const { values, tags } = sort;
  let count = 0;
  for (let pixel = 0; pixel < p.length; pixel++) {
    const label = labels[pixel] as number;
    const own = label === k;
    const probability = p[pixel] as number;
    // Rounding may leave a probability above 1.
    const error = own ? Math.max(0, 1 - probability) : probability;
    if (error < least || label < 0 || label >= classes) continue;
    values[count] = error;
    tags[count] = 2 * pixel + (own ? 1 : 0);
    count++;
  }
  return count;
}

/**
 * The least error that matters. Once all of the class's own pixels are wrong, the Jaccard loss is 1 and grows no more: pixels
 * that are less wrong than its best one change nothing. Of an absent class the largest error is all that matters.
 */
function leastError(p: Float32Array, labels: Int32Array, k: number, classes: number): number {
  let best = Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let pixel = 0; pixel < p.length; pixel++) {
    const label = labels[pixel] as number;
    const probability = p[pixel] as number;
    if (label === k) best = Math.min(best, 1 - probability);
    else if (probability > largest && label >= 0 && label < classes) largest = probability;
  }
  return best === Number.POSITIVE_INFINITY ? largest : Math.max(0, best);
}

/**
 * Σ error·g in descending order of the errors, g the growth of the Jaccard loss as their pixels become wrong one after the
 * other (algorithm 1).
 * @param sort holds the errors, sorted. @param truth how many pixels are of the class.
 * @param slope is written: that by the class's probabilities, times `share`.
 */
function extension(sort: DescendingSort, count: number, truth: number, share: number, slope: Float32Array): number {
  const { sortedValues, sortedTags } = sort;
  let hits = truth;
  let union = truth;
  let before = 0;
  let sum = 0;
  for (let rank = 0; rank < count; rank++) {
    const tag = sortedTags[rank] as number;
    const own = (tag & 1) === 1;
    if (own) hits--;
    else union++;
    const jaccard = 1 - hits / union;
    const growth = jaccard - before;
    before = jaccard;
    sum += (sortedValues[rank] as number) * growth;
    slope[tag >>> 1] = own ? -share * growth : share * growth;
  }
  return sum;
}
