import { LabelDistances } from './label-distances.ts';

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
  const distances = new LabelDistances(h, w, classes);
  const deepest = new Float64Array(classes);
  const nearest = new Float64Array(classes);
  for (let start = 0; start < n * size; start += size) {
    const image = labels.subarray(start, start + size);
    const squares = distances.of(image);
    deepest.fill(0);
    nearest.fill(Number.POSITIVE_INFINITY);
    for (let pixel = 0; pixel < size; pixel++) {
      const square = squares[pixel] as number;
      if (square === 0) continue;
      const label = image[pixel] as number;
      if (square > (deepest[label] as number)) deepest[label] = square;
      if (square < (nearest[label] as number)) nearest[label] = square;
    }
    for (let k = 0; k < classes; k++) {
      deepest[k] = Math.sqrt(deepest[k] as number);
      nearest[k] = Math.sqrt(nearest[k] as number);
    }
    for (let pixel = 0; pixel < size; pixel++) {
      const square = squares[pixel] as number;
      if (square === 0 || square === Number.POSITIVE_INFINITY) continue;
      const most = deepest[image[pixel] as number] as number;
      const least = nearest[image[pixel] as number] as number;
      penalty[start + pixel] = most === least ? 1 : (most - Math.sqrt(square)) / (most - least);
    }
  }
  return penalty;
}
