/** An image with what was predicted for it: maps are row by row, [h, w]. Not to be changed. */
export interface ReportedImage {
  /** A class of [0, classes) at every pixel. */
  readonly prediction: Uint8Array | Int32Array;
  /** Likewise; whatever else is there marks pixels that do not count. */
  readonly label: Uint8Array | Int32Array;
  readonly height: number;
  readonly width: number;
  readonly classes: number;
  /** [classes, h, w], adding up to 1 at each pixel: there for metrics that need them. */
  readonly probabilities?: Float32Array;
}

/** A metric's value with those of the classes; null where there is none, as for classes that appear nowhere. */
export interface ReportScore {
  readonly value: number | null;
  readonly perClass: readonly (number | null)[];
}

/**
 * What values are: shares of 1, which are shown in percent; lengths in pixels (or, with a spacing, in its unit); numbers of
 * things.
 */
export type ReportUnit = 'share' | 'length' | 'count';

/**
 * A metric that is only reported: what is no ratio of sums over pixels has no relaxation here, and so no loss. It may be
 * unbounded, and lower may be better.
 *
 * Both functions must be pure.
 */
export interface ReportMetric {
  /** Lower case, digits and dashes: the name in configs and tables. */
  readonly name: string;
  readonly better: 'higher' | 'lower';
  readonly unit: ReportUnit;
  /** The metric that a loss can be searched for in its place. */
  readonly searchable?: string;
  /** Whether it looks at each pixel alone: then it takes the slices of volumes below each other. */
  readonly pixelwise?: boolean;
  /** Whether it looks at `probabilities`. */
  readonly needsProbabilities?: boolean;
  /** What is kept of an image: numbers, as many as the classes want, whatever the image; NaN for what is not there. */
  measure(image: ReportedImage): Float64Array;
  /** @param images what `measure` gave of each, one or more; an image may be there several times. */
  score(images: readonly Float64Array[], classes: number): ReportScore;
}

/** What images add up to, number by number. @param images one or more, of one length. */
export function sumOfImages(images: readonly Float64Array[]): Float64Array {
  const total = new Float64Array(images[0]?.length ?? 0);
  for (const image of images)
    for (let i = 0; i < total.length; i++) total[i] = (total[i] as number) + (image[i] as number);
  return total;
}

/** The mean of what there is; null where nothing is. @param values NaN for what is not there. */
export function meanOfPresent(values: Iterable<number>): number | null {
  let [sum, count] = [0, 0];
  for (const value of values) {
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? null : sum / count;
}

/**
 * The score of metrics that have a value for each class of each image: of a class the mean over the images where it is
 * there, and the mean of those.
 * @param images a value for each class, NaN where it is absent.
 * @param background whether class 0 counts.
 */
export function meanOfClasses(images: readonly Float64Array[], classes: number, background: boolean): ReportScore {
  const perClass = Array.from({ length: classes }, (_, c) =>
    c === 0 && !background ? null : meanOfPresent(images.map((image) => image[c] as number)),
  );
  return { value: meanOfPresent(perClass.map((value) => value ?? Number.NaN)), perClass };
}
