import { AslError, type Metric, type PerClass } from '@auto-seg-loss/kernel';
import type { MaskExpression, RegionExpression, SumExpression } from '../expression.ts';
import { readFormula } from '../read-formula.ts';
import {
  type BitMask,
  countBoth,
  fullMask,
  type Grid,
  gridOf,
  intersect,
  packClasses,
  unite,
  without,
} from './bit-mask.ts';
import { type ExactScore, exactScoreAlgebra, openScore, sealSums } from './exact-score.ts';
import { dilate, erode } from './morphology.ts';

/** Class indices of an image's pixels, row by row. */
export type ClassMap = Uint8Array | Int32Array;

/**
 * Evaluates metrics over a data set, image by image: sums are exact integers, so the result does not depend on the order
 * or the batches. What several metrics need (masks, outlines) is computed once an image.
 */
export class ExactEvaluator {
  readonly #metrics: readonly { readonly metric: Metric; readonly sums: Readonly<Record<string, SumExpression>> }[];
  readonly #classes: number;
  /** Each distinct sum of all metrics, by key. */
  readonly #totals: Map<string, { readonly expression: SumExpression; readonly total: Float64Array }>;

  /** @param classes number of classes, from 1. */
  constructor(metrics: readonly Metric[], classes: number) {
    if (!Number.isInteger(classes) || classes < 1) {
      throw new AslError('ASL_ARGUMENT_INVALID', 'there must be a class to evaluate', {
        where: 'classes',
        expected: 'a whole number from 1',
        received: String(classes),
      });
    }
    this.#classes = classes;
    this.#metrics = metrics.map((metric) => ({ metric, sums: readFormula(metric).sums }));
    this.#totals = new Map(
      this.#metrics.flatMap(({ sums }) =>
        Object.values(sums).map(
          (expression) => [expression.key, { expression, total: new Float64Array(classes) }] as const,
        ),
      ),
    );
  }

  /**
   * Adds an image.
   * @param prediction class of each pixel, [h, w]. @param label likewise; values outside [0, classes) are ignored pixels.
   * @throws AslError ASL_ARGUMENT_INVALID where lengths are not height·width, or a prediction is no class.
   */
  add(prediction: ClassMap, label: ClassMap, height: number, width: number): void {
    checkMap('prediction', prediction, height, width);
    checkMap('label', label, height, width);
    checkClasses(prediction, this.#classes, width);
    const image = new ImageMasks(prediction, label, gridOf(height, width), this.#classes);
    for (let c = 0; c < this.#classes; c++) {
      for (const { expression, total } of this.#totals.values()) {
        total[c] = (total[c] as number) + countBoth(image.mask(expression.mask, c), image.region(expression.region));
      }
      image.forget(c);
    }
  }

  /** The metrics' values over all images added so far, by metric name. */
  result(): Record<string, ExactScore> {
    return Object.fromEntries(
      this.#metrics.map(({ metric, sums }) => {
        const values: Record<string, PerClass> = {};
        for (const [name, { key }] of Object.entries(sums))
          values[name] = sealSums(this.#totals.get(key)?.total as Float64Array);
        return [metric.name, openScore(metric.score(exactScoreAlgebra, values))];
      }),
    );
  }
}

/** One image's masks, computed when asked for and kept until `forget`. */
class ImageMasks {
  readonly #grid: Grid;
  readonly #classes: number;
  readonly #prediction: BitMask[];
  readonly #label: BitMask[];
  readonly #regions = new Map<string, BitMask>();
  readonly #masks = new Map<string, BitMask>();
  /** Of label masks: they are asked for again when a region over all classes was made of them. */
  readonly #labelMasks: Map<string, BitMask>[];

  constructor(prediction: ClassMap, label: ClassMap, grid: Grid, classes: number) {
    this.#grid = grid;
    this.#classes = classes;
    this.#prediction = packClasses(prediction, grid, classes);
    this.#label = packClasses(label, grid, classes);
    this.#labelMasks = this.#label.map(() => new Map());
  }

  mask(expression: MaskExpression, c: number): BitMask {
    if (expression.op === 'prediction') return this.#prediction[c] ?? null;
    if (expression.op === 'label') return this.#label[c] ?? null;
    const known = expression.soft ? this.#masks : (this.#labelMasks[c] as Map<string, BitMask>);
    let mask = known.get(expression.key);
    if (mask === undefined) {
      mask = this.#compute(expression, c);
      known.set(expression.key, mask);
    }
    return mask;
  }

  #compute(expression: Exclude<MaskExpression, { op: 'prediction' | 'label' }>, c: number): BitMask {
    const a = this.mask(expression.a, c);
    switch (expression.op) {
      case 'and':
      case 'times':
        return intersect(a, this.mask(expression.b, c));
      case 'or':
        return unite(a, this.mask(expression.b, c));
      case 'minus':
        return without(a, this.mask(expression.b, c));
      case 'erode':
        return erode(a, this.#grid);
      case 'edge':
        return without(
          a,
          this.mask({ op: 'erode', key: `erode(${expression.a.key})`, soft: expression.soft, a: expression.a }, c),
        );
      case 'dilate':
        return dilate(a, expression.tolerance, this.#grid);
    }
  }

  region(expression: RegionExpression): BitMask {
    let region = this.#regions.get(expression.key);
    if (region === undefined) {
      region = this.#computeRegion(expression);
      this.#regions.set(expression.key, region);
    }
    return region;
  }

  #computeRegion(expression: RegionExpression): BitMask {
    switch (expression.op) {
      case 'everywhere':
        return fullMask(this.#grid);
      case 'valid':
        return this.#label.reduce(unite, null);
      case 'within':
        return intersect(this.region(expression.a), this.region(expression.b));
      case 'any-class': {
        let union: BitMask = null;
        for (let c = expression.withoutBackground ? 1 : 0; c < this.#classes; c++) {
          union = unite(union, this.mask(expression.a, c));
        }
        return union;
      }
    }
  }

  /** Lets go of what was computed for a class. */
  forget(c: number): void {
    this.#masks.clear();
    this.#labelMasks[c]?.clear();
  }
}

function checkMap(name: string, map: ClassMap, height: number, width: number): void {
  if (map.length === height * width && height > 0 && width > 0) return;
  throw new AslError('ASL_ARGUMENT_INVALID', `the ${name} does not fit the image`, {
    where: name,
    expected: `${height}×${width} = ${height * width} class indices`,
    received: `${map.length}`,
  });
}

function checkClasses(prediction: ClassMap, classes: number, width: number): void {
  for (let i = 0; i < prediction.length; i++) {
    const value = prediction[i] as number;
    if (value >= 0 && value < classes) continue;
    throw new AslError('ASL_ARGUMENT_INVALID', 'the prediction holds a value that is no class', {
      where: `prediction, row ${Math.floor(i / width)}, column ${i % width}`,
      expected: `0 to ${classes - 1}`,
      received: String(value),
    });
  }
}
