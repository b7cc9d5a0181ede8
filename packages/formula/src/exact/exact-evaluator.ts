import { AslError, type Metric, type PerClass } from '@auto-seg-loss/kernel';
import type { SumExpression } from '../expression.ts';
import { readFormula } from '../read-formula.ts';
import { gridOf } from './bit-mask.ts';
import type { ClassMap } from './class-map.ts';
import { ClassPairs, isOfPairs } from './class-pairs.ts';
import { type ExactSum, exactSum } from './exact-expression.ts';
import { type ExactScore, exactScoreAlgebra, openScore, sealSums } from './exact-score.ts';
import { ImageMasks } from './image-masks.ts';
import { MaskPool } from './mask-pool.ts';
import { packClasses } from './pack-classes.ts';

export type { ClassMap } from './class-map.ts';

/** The counts of one distinct sum. */
interface Counts {
  readonly sum: ExactSum;
  /** Over all images. */
  readonly total: Float64Array;
  /** Of each image; undefined where no metric asks for them. */
  readonly images: Float64Array[] | undefined;
}

/**
 * Evaluates metrics over a data set, image by image: sums are exact integers, so the result does not depend on the order
 * or the batches. What several metrics need (masks, outlines, counts) is computed once an image.
 */
export class ExactEvaluator {
  readonly #metrics: readonly { readonly metric: Metric; readonly sums: Readonly<Record<string, SumExpression>> }[];
  readonly #classes: number;
  /** Each distinct sum of all metrics, by key. */
  readonly #counts: ReadonlyMap<string, Counts>;
  readonly #pool = new MaskPool();

  /**
   * @param classes number of classes, from 1.
   * @throws AslError ASL_ARGUMENT_INVALID for no class, or two metrics of one name, by which results are told apart.
   */
  constructor(metrics: readonly Metric[], classes: number) {
    checkNames(metrics);
    checkSize('classes', classes, 'there must be a class to evaluate');
    this.#classes = classes;
    this.#metrics = metrics.map((metric) => ({ metric, sums: readFormula(metric).sums }));
    const expressions = this.#metrics.flatMap(({ sums }) => Object.values(sums));
    const ofImages = new Set(expressions.filter((sum) => sum.of === 'image').map((sum) => exactSum(sum).key));
    this.#counts = new Map(
      expressions.map(exactSum).map((sum) => {
        const images = ofImages.has(sum.key) ? [] : undefined;
        return [sum.key, { sum, total: new Float64Array(classes), images }];
      }),
    );
  }

  /**
   * Adds an image.
   * @param prediction class of each pixel, [h, w]. @param label likewise; values outside [0, classes) are ignored pixels.
   * @throws AslError ASL_ARGUMENT_INVALID naming the argument: maps of another type or length, a size that is none, or a
   *   prediction that is no class. Nothing is added then.
   */
  add(prediction: ClassMap, label: ClassMap, height: number, width: number): void {
    checkSize('height', height, 'an image has no rows');
    checkSize('width', width, 'an image has no columns');
    checkMap('prediction', prediction, height, width);
    checkMap('label', label, height, width);
    const sums = [...this.#counts.values()];
    const ofPairs = sums.filter(({ sum }) => isOfPairs(sum));
    const ofMasks = sums.filter(({ sum }) => !isOfPairs(sum));
    // Both see all pixels, and say where the prediction is no class, before anything is added.
    const pairs = ofPairs.length > 0 || ofMasks.length === 0 ? this.#pairs(prediction, label, width) : undefined;
    const masks = ofMasks.length > 0 ? this.#masks(prediction, label, height, width) : undefined;
    for (const { images } of sums) images?.push(new Float64Array(this.#classes));
    for (let c = 0; c < this.#classes; c++) {
      for (const counts of ofPairs) addCount(counts, c, pairs?.count(counts.sum, c) ?? 0);
      for (const counts of ofMasks) addCount(counts, c, masks?.count(counts.sum, c) ?? 0);
      masks?.forget(c);
    }
    masks?.release();
  }

  #pairs(prediction: ClassMap, label: ClassMap, width: number): ClassPairs {
    const pairs = new ClassPairs(prediction, label, this.#classes);
    if (pairs.firstOther >= 0) throw noClass(prediction, pairs.firstOther, width, this.#classes);
    return pairs;
  }

  #masks(prediction: ClassMap, label: ClassMap, height: number, width: number): ImageMasks {
    const grid = gridOf(height, width);
    this.#pool.fit(grid);
    const predicted = packClasses(prediction, grid, this.#classes, this.#pool);
    if (predicted.firstOther >= 0) throw noClass(prediction, predicted.firstOther, width, this.#classes);
    return new ImageMasks(predicted.masks, packClasses(label, grid, this.#classes, this.#pool).masks, grid, this.#pool);
  }

  /** The metrics' values over all images added so far, by metric name. */
  result(): Record<string, ExactScore> {
    return Object.fromEntries(
      this.#metrics.map(({ metric, sums }) => {
        const values: Record<string, PerClass> = {};
        for (const [name, expression] of Object.entries(sums)) values[name] = sealSums(this.#rows(expression));
        return [metric.name, openScore(metric.score(exactScoreAlgebra, values))];
      }),
    );
  }

  /**
   * What the metrics' formulas add up, by metric and sum: a row for each image where the sum is one of images, else one row
   * of all images; a number of pixels for each class.
   */
  sums(): Record<string, Record<string, readonly (readonly number[])[]>> {
    return Object.fromEntries(
      this.#metrics.map(({ metric, sums }) => {
        const rows = Object.entries(sums).map(([name, expression]) => {
          return [name, this.#rows(expression).map((row) => Array.from(row))] as const;
        });
        return [metric.name, Object.fromEntries(rows)];
      }),
    );
  }

  #rows(expression: SumExpression): readonly Float64Array[] {
    const { total, images } = this.#counts.get(exactSum(expression).key) as Counts;
    return expression.of === 'image' && images !== undefined && images.length > 0 ? images : [total];
  }
}

function addCount({ total, images }: Counts, c: number, count: number): void {
  total[c] = (total[c] as number) + count;
  const last = images?.at(-1);
  if (last !== undefined) last[c] = count;
}

function checkNames(metrics: readonly Metric[]): void {
  const names = metrics.map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice === undefined) return;
  throw new AslError('ASL_ARGUMENT_INVALID', 'two metrics have the same name', {
    where: 'metrics',
    expected: 'a name of its own for each metric',
    received: twice,
  });
}

function checkSize(name: string, value: number, message: string): void {
  if (Number.isInteger(value) && value >= 1) return;
  throw new AslError('ASL_ARGUMENT_INVALID', message, {
    where: name,
    expected: 'a whole number from 1',
    received: String(value),
  });
}

function checkMap(name: string, map: ClassMap, height: number, width: number): void {
  const fail = (expected: string, received: string): never => {
    throw new AslError('ASL_ARGUMENT_INVALID', `the ${name} does not fit the image`, {
      where: name,
      expected,
      received,
    });
  };
  if (!(map instanceof Uint8Array || map instanceof Int32Array)) {
    const received: unknown = map;
    fail('class indices as a Uint8Array or an Int32Array', Object.prototype.toString.call(received).slice(8, -1));
  }
  if (map.length !== height * width) {
    fail(`${height}×${width} = ${height * width} class indices`, `${map.length}`);
  }
}

function noClass(prediction: ClassMap, at: number, width: number, classes: number): AslError {
  return new AslError('ASL_ARGUMENT_INVALID', 'the prediction holds a value that is no class', {
    where: `prediction, row ${Math.floor(at / width)}, column ${at % width}`,
    expected: `0 to ${classes - 1}`,
    received: String(prediction[at]),
  });
}
