import { DescendingOrder } from './descending-order.ts';

/** Pixels of a batch with their classes' probabilities. */
export interface Predictions {
  /** [pixels, classes] */
  readonly probabilities: Float32Array;
  /** [pixels]; outside [0, classes) is ignored. */
  readonly labels: Int32Array;
  /** Into how many equal parts the pixels fall, one after the other; each has a Jaccard index of its own. */
  readonly groups: number;
  readonly classes: number;
  /** Whether classes without a pixel in the group count. */
  readonly absent: boolean;
}

/** The loss and its slopes by the probabilities, [pixels, classes]. */
export interface ValueAndSlope {
  readonly value: number;
  readonly slope: Float32Array;
}

/**
 * The Lovász extension of 1 - Jaccard, the mean over classes, then over groups with a valid pixel. Runs on plain arrays:
 * the sort is what takes the time, and tensor backends sort slowly or not at all.
 */
export function lovaszJaccard({ probabilities, labels, groups, classes, absent }: Predictions): ValueAndSlope {
  const size = labels.length / groups;
  const slope = new Float32Array(probabilities.length);
  const pixels = new Uint32Array(size);
  const order = new DescendingOrder(size);
  const parts: { value: number; start: number; valid: number; counted: number }[] = [];
  for (let start = 0; start < labels.length; start += size) {
    const valid = validPixels(labels, start, start + size, classes, pixels);
    if (valid === 0) continue;
    const counts = countLabels(labels, pixels, valid, classes);
    let total = 0;
    let counted = 0;
    for (let k = 0; k < classes; k++) {
      const truth = counts[k] as number;
      if (truth === 0 && !absent) continue;
      counted++;
      total += extension({ probabilities, labels, classes, pixels, valid, truth, k }, order, slope);
    }
    parts.push({ value: total / counted, start, valid, counted });
  }
  for (const { start, counted } of parts) {
    const factor = 1 / (counted * parts.length);
    for (let index = start * classes; index < (start + size) * classes; index++)
      slope[index] = (slope[index] as number) * factor;
  }
  return { value: parts.reduce((sum, part) => sum + part.value, 0) / Math.max(1, parts.length), slope };
}

/** Writes the indices of the valid pixels from `start` to `end` to `pixels`; gives their number. */
function validPixels(labels: Int32Array, start: number, end: number, classes: number, pixels: Uint32Array): number {
  let valid = 0;
  for (let pixel = start; pixel < end; pixel++) {
    const label = labels[pixel] as number;
    if (label >= 0 && label < classes) pixels[valid++] = pixel;
  }
  return valid;
}

function countLabels(labels: Int32Array, pixels: Uint32Array, valid: number, classes: number): Uint32Array {
  const counts = new Uint32Array(classes);
  for (let i = 0; i < valid; i++) {
    const label = labels[pixels[i] as number] as number;
    counts[label] = (counts[label] as number) + 1;
  }
  return counts;
}

interface ClassErrors {
  readonly probabilities: Float32Array;
  readonly labels: Int32Array;
  readonly classes: number;
  /** The valid pixels: the first `valid` entries. */
  readonly pixels: Uint32Array;
  readonly valid: number;
  /** How many of them are of class `k`. */
  readonly truth: number;
  readonly k: number;
}

/**
 * Σ error·g in descending order of the errors, g the growth of the Jaccard loss as their pixels become wrong one after the
 * other (algorithm 1). Writes the slopes of class k.
 */
function extension(
  { probabilities, labels, classes, pixels, valid, truth, k }: ClassErrors,
  order: DescendingOrder,
  slope: Float32Array,
): number {
  const { values } = order;
  for (let i = 0; i < valid; i++) {
    const pixel = pixels[i] as number;
    const p = probabilities[pixel * classes + k] as number;
    // Rounding may leave a probability above 1.
    values[i] = labels[pixel] === k ? Math.max(0, 1 - p) : p;
  }
  const ranked = order.sort(valid);
  let missed = 0;
  let union = truth;
  let before = 0;
  let sum = 0;
  for (let rank = 0; rank < valid; rank++) {
    const i = ranked[rank] as number;
    const pixel = pixels[i] as number;
    const own = labels[pixel] === k;
    if (own) missed++;
    else union++;
    const jaccard = 1 - (truth - missed) / union;
    const growth = jaccard - before;
    before = jaccard;
    sum += (values[i] as number) * growth;
    slope[pixel * classes + k] = own ? -growth : growth;
  }
  return sum;
}
