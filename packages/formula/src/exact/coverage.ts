import { AslError } from '@auto-seg-loss/kernel';
import type { ClassMap } from './exact-evaluator.ts';

/** What scores rest on. A pixel counts where its label is a class. */
export interface CoverageCounts {
  readonly images: number;
  /** Pixels that count. */
  readonly pixels: number;
  /** All the others. */
  readonly ignored: number;
  /** For each class the pixels that it is the label of. */
  readonly present: readonly number[];
  /** For each class the pixels that it is the prediction of, among those that count. */
  readonly predicted: readonly number[];
}

/** Outlines that nobody labels are 5 to 12 % of the pixels in common data sets: above this share, more than they are left out. */
const LARGEST_BORDER = 0.2;

/** Counts what scores rest on, image by image, beside an evaluator that takes the same images. */
export class Coverage {
  readonly #present: number[];
  readonly #predicted: number[];
  #images = 0;
  #ignored = 0;

  /** @param classes number of classes, from 1. */
  constructor(classes: number) {
    this.#present = new Array<number>(classes).fill(0);
    this.#predicted = new Array<number>(classes).fill(0);
  }

  /**
   * Adds an image.
   * @param prediction class of each pixel. @param label likewise; values outside [0, classes) are ignored pixels.
   * @throws AslError ASL_ARGUMENT_INVALID for maps of different length, with nothing added.
   */
  add(prediction: ClassMap, label: ClassMap): void {
    if (prediction.length !== label.length) {
      throw new AslError('ASL_ARGUMENT_INVALID', 'prediction and label are not of one image', {
        where: 'prediction',
        expected: `${label.length} pixels, as the label has`,
        received: String(prediction.length),
      });
    }
    this.#images += 1;
    for (let i = 0; i < label.length; ) {
      const [p, l] = [prediction[i] as number, label[i] as number];
      const start = i;
      // Runs of one pair are long.
      do i++;
      while (i < label.length && prediction[i] === p && label[i] === l);
      if (!(l in this.#present)) this.#ignored += i - start;
      else {
        this.#present[l] = (this.#present[l] as number) + i - start;
        if (p in this.#predicted) this.#predicted[p] = (this.#predicted[p] as number) + i - start;
      }
    }
  }

  /** Over all images added so far. */
  counts(): CoverageCounts {
    return {
      images: this.#images,
      pixels: this.#present.reduce((sum, count) => sum + count, 0),
      ignored: this.#ignored,
      present: [...this.#present],
      predicted: [...this.#predicted],
    };
  }
}

/** The share of the pixels that do not count, where it is more than the outlines that data sets leave out; else undefined. */
export function unusualIgnoredShare({ pixels, ignored }: CoverageCounts): number | undefined {
  const share = ignored / (pixels + ignored);
  return share > LARGEST_BORDER ? share : undefined;
}
