declare const lossValue: unique symbol;

/**
 * Numbers by image, class and pixel, [n, c, h, w], where any side may be 1: then they are the same along it. Only the algebra
 * knows what they are.
 */
export interface LossValue {
  readonly [lossValue]: true;
}

/**
 * What a hand-made loss is written with, so that it can be written as source code too. A loss's formula gives one number,
 * [1, 1, 1, 1]; where no pixel counts, it is not asked.
 */
export interface LossAlgebra {
  /** softmax of the logits. [n, c, h, w] */
  readonly probability: LossValue;
  /** Its logarithm, exact where a probability is near 0. [n, c, h, w] */
  readonly logProbability: LossValue;
  /** 1 at the class of each pixel that counts, else 0. [n, c, h, w] */
  readonly label: LossValue;
  /** 1 at the pixels that count, else 0. [n, 1, h, w] */
  readonly valid: LossValue;
  /** How many classes there are. */
  readonly classes: LossValue;
  number(value: number): LossValue;
  /** A number for each class: [1, c, 1, 1]. It ties the loss to that number of classes. */
  perClass(values: readonly number[]): LossValue;
  plus(a: LossValue, b: LossValue): LossValue;
  minus(a: LossValue, b: LossValue): LossValue;
  times(a: LossValue, b: LossValue): LossValue;
  /** The author keeps `b` from 0. */
  divide(a: LossValue, b: LossValue): LossValue;
  /** The larger of both. */
  atLeast(value: LossValue, least: number): LossValue;
  /** Of numbers above 0. */
  power(value: LossValue, exponent: number): LossValue;
  /** Of numbers above 0. */
  log(value: LossValue): LossValue;
  /** 1 where above 0, else 0. Its slope is 0. */
  aboveZero(value: LossValue): LossValue;
  /** [·, 1, ·, ·] */
  sumOverClasses(value: LossValue): LossValue;
  /** Over the pixels of the batch, [1, ·, 1, 1], or of each image, [n, ·, 1, 1]. */
  sumOverPixels(value: LossValue, of: 'batch' | 'image'): LossValue;
  /** [1, ·, ·, ·] */
  sumOverImages(value: LossValue): LossValue;
  /** The same, with a name that source code calls it by: words. */
  named(name: string, value: LossValue): LossValue;
}

/** A loss in terms of the algebra. */
export type LossFormula = (algebra: LossAlgebra) => LossValue;
