import { bytesOf, endOfRun } from '@auto-seg-loss/kernel';
import type { ClassMap } from './class-map.ts';
import type { ExactMask, ExactSum } from './exact-expression.ts';

/**
 * How many pixels of an image have each pair of label and prediction: all that metrics need which look at single pixels. The
 * row after those of the classes is of ignored pixels.
 */
export class ClassPairs {
  readonly #classes: number;
  /** [classes + 1, classes]: by label, then prediction. */
  readonly counts: Int32Array;
  /** Where the first pixel is whose prediction is no class, -1 if there is none. */
  readonly firstOther: number;

  constructor(prediction: ClassMap, label: ClassMap, classes: number) {
    this.#classes = classes;
    this.counts = new Int32Array((classes + 1) * classes);
    this.firstOther = countPairs(this.counts, prediction, label, classes);
  }

  /** Number of pixels of class c in the sum's mask. @param sum one that `isOfPairs`. */
  count({ mask, region }: ExactSum, c: number): number {
    const both = this.#at(c, c);
    let labelOnly = 0;
    let predictionOnly = region === undefined ? this.#at(this.#classes, c) : 0;
    for (let other = 0; other < this.#classes; other++) {
      if (other === c) continue;
      labelOnly += this.#at(c, other);
      predictionOnly += this.#at(other, c);
    }
    return (
      (holds(mask, true, true) ? both : 0) +
      (holds(mask, false, true) ? labelOnly : 0) +
      (holds(mask, true, false) ? predictionOnly : 0)
    );
  }

  #at(label: number, prediction: number): number {
    return this.counts[label * this.#classes + prediction] as number;
  }
}

/** Whether a sum needs nothing but each pixel's own label and prediction. */
export function isOfPairs({ mask, region }: ExactSum): boolean {
  return (region === undefined || region.op === 'valid') && isPointwise(mask);
}

function isPointwise(mask: ExactMask): boolean {
  switch (mask.op) {
    case 'prediction':
    case 'label':
      return true;
    case 'and':
    case 'or':
    case 'minus':
      return isPointwise(mask.a) && isPointwise(mask.b);
    case 'erode':
    case 'dilate':
      return false;
  }
}

/** Whether a pixel is in the mask of a class that is its prediction, its label, or both. */
function holds(mask: ExactMask, predicted: boolean, labelled: boolean): boolean {
  switch (mask.op) {
    case 'prediction':
      return predicted;
    case 'label':
      return labelled;
    case 'and':
      return holds(mask.a, predicted, labelled) && holds(mask.b, predicted, labelled);
    case 'or':
      return holds(mask.a, predicted, labelled) || holds(mask.b, predicted, labelled);
    case 'minus':
      return holds(mask.a, predicted, labelled) && !holds(mask.b, predicted, labelled);
    case 'erode':
    case 'dilate':
      throw new TypeError(`${mask.op} looks at other pixels`);
  }
}

function countPairs(pairs: Int32Array, prediction: ClassMap, label: ClassMap, classes: number): number {
  const [predictionBytes, labelBytes] = [bytesOf(prediction), bytesOf(label)];
  const { length } = prediction;
  let firstOther = -1;
  let [predictionEnd, labelEnd] = [0, 0];
  for (let start = 0; start < length; ) {
    if (start === predictionEnd) predictionEnd = endOfRun(prediction, predictionBytes, start, length);
    if (start === labelEnd) labelEnd = endOfRun(label, labelBytes, start, length);
    const end = Math.min(predictionEnd, labelEnd);
    const p = prediction[start] as number;
    const l = label[start] as number;
    if (p >= 0 && p < classes) {
      const at = (l >= 0 && l < classes ? l : classes) * classes + p;
      pairs[at] = (pairs[at] as number) + end - start;
    } else if (firstOther < 0) {
      firstOther = start;
    }
    start = end;
  }
  return firstOther;
}
