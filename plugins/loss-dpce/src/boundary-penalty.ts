import { distanceToOtherLabels } from './distance-to-other-labels.ts';

/**
 * φ of distance-penalised cross-entropy for each pixel: (deepest - d) / (deepest - nearest), where d is the distance to the
 * nearest pixel of another class, and deepest and nearest are the largest and the smallest d of the pixel's class in its
 * image. So 1 at a class's boundary (for all its pixels, where all are equally near to it) and 0 for its deepest pixels; 0
 * where an image has one class only, and at ignored pixels. Of two classes this is the distance transform of a mask and of
 * its complement, each reversed and scaled to [0, 1].
 * @param labels [n, h, w], outside [0, classes) is ignored
 * @returns [n, h, w]
 */
export function boundaryPenalty(
  labels: Int32Array,
  [n, h, w]: readonly [n: number, h: number, w: number],
  classes: number,
): Float32Array {
  const penalty = new Float32Array(labels.length);
  const size = h * w;
  const deepest = new Float64Array(classes);
  const nearest = new Float64Array(classes);
  for (let start = 0; start < n * size; start += size) {
    const image = labels.subarray(start, start + size);
    const distances = distanceToOtherLabels(image, h, w, classes).map(Math.sqrt);
    deepest.fill(0);
    nearest.fill(Number.POSITIVE_INFINITY);
    for (let pixel = 0; pixel < size; pixel++) {
      const distance = distances[pixel] as number;
      const label = image[pixel] as number;
      if (distance === 0) continue;
      if (distance > (deepest[label] as number)) deepest[label] = distance;
      if (distance < (nearest[label] as number)) nearest[label] = distance;
    }
    for (let pixel = 0; pixel < size; pixel++) {
      const distance = distances[pixel] as number;
      if (distance === 0 || distance === Number.POSITIVE_INFINITY) continue;
      const most = deepest[image[pixel] as number] as number;
      const least = nearest[image[pixel] as number] as number;
      penalty[start + pixel] = most === least ? 1 : (most - distance) / (most - least);
    }
  }
  return penalty;
}
