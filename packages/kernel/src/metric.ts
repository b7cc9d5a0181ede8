import type { Reach } from './disc.ts';
import type { MetricClaims } from './metric-claims.ts';

declare const brand: unique symbol;

/** A region of pixels for each class: what a prediction or a label says, or what was made of it. [n, h, w, c] */
export interface Mask {
  readonly [brand]: 'mask';
}
/** Which pixels count, the same for all classes. [n, h, w] */
export interface Region {
  readonly [brand]: 'region';
}
/**
 * A number for each class, added up over pixels, images and batches; and what arithmetic makes of such. [1, c]; [images, c]
 * for sums of each image.
 */
export interface PerClass {
  readonly [brand]: 'per-class';
}
/** A metric's value with the per-class values that it is the (weighted) mean of. */
export interface Score {
  readonly [brand]: 'score';
}

/**
 * The operations that a metric's sums are written in. Each interpreter (exact, relaxed, symbolic) has its own.
 * On binary masks all of them are logic; on soft masks (values in [0, 1]) they are what is said at each.
 */
export interface MeasureAlgebra {
  /** a AND b. Relaxed: the product of g(x) for each soft input x, each with a curve of its own, and of the crisp ones as they are. */
  and(name: string, a: Mask, b: Mask): Mask;
  /** a OR b. Relaxed: a + b - ab, with g(x) in place of each soft input x, each with a curve of its own. */
  or(name: string, a: Mask, b: Mask): Mask;
  /** a without b, for b inside a: a - b. No curve. */
  minus(a: Mask, b: Mask): Mask;
  /** The product a·b: what is in both. No curve. */
  times(a: Mask, b: Mask): Mask;
  /**
   * Minimum over the (2·radius+1)² neighbourhood, 3×3 by default, or over a disc. Pixels outside the image count as 1 by
   * default, so that an image's border is no edge; with `outside: 0` it is one.
   */
  erode(mask: Mask, options?: ErodeOptions): Mask;
  /** Maximum over the part of the (2·tolerance+1)² neighbourhood, or of a disc, that lies in the image. */
  dilate(mask: Mask, tolerance: Reach): Mask;
  /** mask without erode(mask): its inner outline, one pixel thick. */
  edge(mask: Mask): Mask;
  /** Pixels that are in the mask of any class; of any but class 0 with `withoutBackground`. Crisp masks only. */
  anyClass(mask: Mask, options?: { readonly withoutBackground?: boolean }): Region;
  /** Pixels in both regions. */
  within(a: Region, b: Region): Region;
  /**
   * Sum per class over the pixels of `region`; without one, over the valid pixels. All images together, or each image for
   * itself: `defineMetric` does the latter for metrics with the option `average`.
   */
  sum(mask: Mask, region?: Region, of?: 'data set' | 'image'): PerClass;
}

export interface ErodeOptions {
  /** Default 1. */
  readonly radius?: Reach;
  /** What pixels outside the image count as; default 1. */
  readonly outside?: 0 | 1;
}

/** What a formula starts from. */
export interface MeasureInputs {
  /** One-hot arg-max (exact) or softmax (relaxed); not masked at ignored pixels. */
  readonly prediction: Mask;
  /** One-hot; 0 for every class at ignored pixels. */
  readonly label: Mask;
  /** Pixels whose label is a class. */
  readonly valid: Region;
  /** All pixels, ignored ones too. */
  readonly everywhere: Region;
}

/**
 * Arithmetic on the sums. A value can be absent (a class that appears nowhere): 0/0 is absent in the exact interpreter; the
 * relaxed one adds 1e-8 to each denominator, and counts absent classes as its `absent` option says.
 */
export interface ScoreAlgebra {
  /** a / b per class; absent where both are 0. */
  ratio(a: PerClass, b: PerClass): PerClass;
  plus(a: PerClass, b: PerClass): PerClass;
  /** a - b per class. In a loss these are float32: of two nearly equal sums, what is left is rounding. */
  minus(a: PerClass, b: PerClass): PerClass;
  scale(factor: number, a: PerClass): PerClass;
  /** The value of each class by its factor, of class 0 first; classes after the end of the list take the last factor. */
  scaleClasses(factors: readonly number[], a: PerClass): PerClass;
  /** `low` below `low`, `high` above `high`, the value itself between them. Where it is cut off, the loss has no slope. */
  clamp(value: PerClass, low: number, high: number): PerClass;
  /** 2ab / (a + b) per class; 0 where both are 0, or where one is absent and the other is not. */
  harmonic(a: PerClass, b: PerClass): PerClass;
  /** `value` where `condition` is above 0, absent elsewhere: in both interpreters, whatever the `absent` option. */
  present(condition: PerClass, value: PerClass): PerClass;
  /** Leaves class 0 out of the means to come. */
  withoutBackground(value: PerClass): PerClass;
  /** For each class, the mean over the images where it is not absent; absent where it is so in all of them. */
  meanOverImages(value: PerClass): PerClass;
  /** Mean over the classes that are not absent; of sums of each image, then the mean over the images that have such a class. */
  mean(value: PerClass): Score;
  /** Σ weight·value / Σ weight over the classes that are not absent; over images as `mean`. */
  weightedMean(value: PerClass, weight: PerClass): Score;
  /** Σ weight·score / Σ weight over the scores that are not absent; their per-class values likewise. */
  combine(scores: readonly { readonly score: Score; readonly weight: number }[]): Score;
}

/**
 * A metric, written once: `measure` says what is added up, `score` what is made of the sums. It knows no tensor library;
 * the evaluator, the searchable loss and the laws are interpretations of it (docs/architecture.md).
 *
 * Both functions must be pure, and must not look at which interpreter runs them.
 */
export interface Metric {
  /** Lower case, digits and dashes: the name in configs, tables and loss files. */
  readonly name: string;
  /** Without it, `defaultClaims`. */
  readonly claims?: MetricClaims;
  measure(algebra: MeasureAlgebra, inputs: MeasureInputs): Readonly<Record<string, PerClass>>;
  /** In [0, 1]; higher is better. */
  score(algebra: ScoreAlgebra, sums: Readonly<Record<string, PerClass>>): Score;
}
