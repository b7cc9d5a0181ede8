import { AslError, type Metric, type PerClass, type Random, type ScoreAlgebra } from '@auto-seg-loss/kernel';
import type { SumExpression } from '../expression.ts';
import { readFormula } from '../read-formula.ts';
import { bootstrap, type ScoreInterval } from './bootstrap.ts';
import type { ClassMap } from './class-map.ts';
import type { CoverageCounts } from './coverage.ts';
import { exactSum } from './exact-expression.ts';
import { type ExactScore, exactScoreAlgebra, openScore, scoreAlgebra, sealSums } from './exact-score.ts';
import { distinctSums, ImageCounter, type ImageCounts } from './image-counter.ts';
import { ImageRows } from './image-rows.ts';

export type { ClassMap } from './class-map.ts';

export interface EvaluatorOptions {
  /** Keeps the sums of each image: for `imageResult` and `intervals`. */
  readonly keepImages?: boolean;
}

/** Where the rows of a metric's sums come from. */
type RowsOf = (expression: SumExpression) => PerClass;

/**
 * Evaluates metrics over a data set, image by image: sums are exact integers, so the result does not depend on the order
 * or the batches.
 */
export class ExactEvaluator {
  readonly #metrics: readonly { readonly metric: Metric; readonly sums: Readonly<Record<string, SumExpression>> }[];
  readonly #classes: number;
  readonly #counter: ImageCounter;
  /** Where each sum of a formula stands, by key; several may stand at one place. */
  readonly #places: ReadonlyMap<string, number>;
  /** [sums, classes], over all images. */
  readonly #total: Float64Array;
  /** [classes + 1, classes], over all images. */
  readonly #pairs: Float64Array;
  /** The sums of each image; undefined where nothing asks for them. */
  readonly #rows: ImageRows | undefined;
  #images = 0;

  /**
   * @param classes number of classes, from 1.
   * @throws AslError ASL_ARGUMENT_INVALID for no class, or two metrics of one name, by which results are told apart.
   */
  constructor(metrics: readonly Metric[], classes: number, { keepImages = false }: EvaluatorOptions = {}) {
    checkNames(metrics);
    this.#counter = new ImageCounter(metrics, classes);
    this.#classes = classes;
    this.#metrics = metrics.map((metric) => ({ metric, sums: readFormula(metric).sums }));
    const counted = [...distinctSums(metrics).keys()];
    const expressions = this.#metrics.flatMap(({ sums }) => Object.values(sums));
    this.#places = new Map(expressions.map((sum) => [sum.key, counted.indexOf(exactSum(sum).key)]));
    this.#total = new Float64Array(counted.length * classes);
    this.#pairs = new Float64Array((classes + 1) * classes);
    const ofImages = expressions.some((sum) => sum.of === 'image');
    this.#rows = keepImages || ofImages ? new ImageRows(this.#total.length) : undefined;
  }

  /** Adds an image, or a volume of several slices. Arguments and errors as of `ImageCounter.count`; nothing is added on an error. */
  add(prediction: ClassMap, label: ClassMap, height: number, width: number, slices = 1): void {
    this.addCounts(this.#counter.count(prediction, label, height, width, slices));
  }

  /** Adds an image that was counted elsewhere, by an `ImageCounter` of the same metrics and classes. */
  addCounts({ sums, pairs }: ImageCounts): void {
    addTo(this.#total, sums);
    addTo(this.#pairs, pairs);
    this.#rows?.add(sums);
    this.#images += 1;
  }

  /** The metrics' values over all images added so far, by metric name. */
  result(): Record<string, ExactScore> {
    return this.#scores((expression) => sealSums(this.#rowsOf(expression)));
  }

  /** The metrics' values of one image alone, by metric name; as `keepImages` keeps them. @param image in the order of adding. */
  imageResult(image: number): Record<string, ExactScore> {
    const row = this.#keptRows().row(image);
    return this.#scores((expression) => sealSums([this.#part(row, expression)]));
  }

  /**
   * 95 % intervals of the metrics' values over draws of images (`bootstrap`); as `keepImages` keeps their sums. The sums of the
   * images drawn are added up and scored as those of the data set are.
   * @param resamples number of draws, from 1. @param random what the images are drawn by, the same ones for all metrics.
   * @returns by metric name; null of a single image, which tells nothing of others.
   */
  intervals(resamples: number, random: Random): Record<string, ScoreInterval> {
    const names = this.#metrics.map(({ metric }) => metric.name);
    if (this.#images < 2) {
      const perClass = new Array<null>(this.#classes).fill(null);
      return Object.fromEntries(names.map((name) => [name, { value: null, perClass }]));
    }
    const kept = this.#keptRows();
    const expressions = this.#metrics.flatMap(({ sums }) => Object.values(sums));
    const ofImages = new Map(
      expressions.filter((sum) => sum.of === 'image').map((sum) => [sum.key, sealSums(this.#rowsOf(sum))]),
    );
    let algebra: ScoreAlgebra | undefined;
    const intervals = bootstrap(this.#images, resamples, random, (weights) => {
      algebra ??= scoreAlgebra(weights);
      const total = kept.total(weights);
      const rowsOf: RowsOf = (sum) => ofImages.get(sum.key) ?? sealSums([this.#part(total, sum)]);
      return Object.values(this.#scores(rowsOf, algebra));
    });
    return Object.fromEntries(names.map((name, m) => [name, intervals[m] as ScoreInterval]));
  }

  /**
   * What the metrics' formulas add up, by metric and sum: a row for each image where the sum is one of images, else one row
   * of all images; a number of pixels for each class.
   */
  sums(): Record<string, Record<string, readonly (readonly number[])[]>> {
    return Object.fromEntries(
      this.#metrics.map(({ metric, sums }) => {
        const rows = Object.entries(sums).map(([name, expression]) => {
          return [name, this.#rowsOf(expression).map((row) => Array.from(row))] as const;
        });
        return [metric.name, Object.fromEntries(rows)];
      }),
    );
  }

  /** Pixels by label (rows) and prediction (columns), over all images added so far; ignored pixels are left out. */
  confusion(): number[][] {
    const classes = this.#classes;
    return Array.from({ length: classes }, (_, label) =>
      Array.from(this.#pairs.subarray(label * classes, (label + 1) * classes)),
    );
  }

  /** What the values rest on. */
  coverage(): CoverageCounts {
    const confusion = this.confusion();
    const sum = (numbers: Iterable<number>) => Array.from(numbers).reduce((total, count) => total + count, 0);
    const present = confusion.map(sum);
    return {
      images: this.#images,
      pixels: sum(present),
      ignored: sum(this.#pairs.subarray(this.#classes ** 2)),
      present,
      predicted: present.map((_, c) => sum(confusion.map((row) => row[c] as number))),
    };
  }

  #scores(rowsOf: RowsOf, algebra: ScoreAlgebra = exactScoreAlgebra): Record<string, ExactScore> {
    return Object.fromEntries(
      this.#metrics.map(({ metric, sums }) => {
        const values = Object.entries(sums).map(([name, expression]) => [name, rowsOf(expression)] as const);
        return [metric.name, openScore(metric.score(algebra, Object.fromEntries(values)))];
      }),
    );
  }

  #rowsOf(expression: SumExpression): readonly Float64Array[] {
    if (expression.of !== 'image' || this.#images === 0) return [this.#part(this.#total, expression)];
    const rows = this.#keptRows();
    return Array.from({ length: this.#images }, (_, image) => this.#part(rows.row(image), expression));
  }

  #part(sums: Float64Array, expression: SumExpression): Float64Array {
    const at = (this.#places.get(expression.key) as number) * this.#classes;
    return sums.subarray(at, at + this.#classes);
  }

  #keptRows(): ImageRows {
    if (this.#rows !== undefined) return this.#rows;
    throw new TypeError('the sums of images were not kept');
  }
}

function addTo(total: Float64Array, counts: Float64Array | Int32Array): void {
  for (let i = 0; i < total.length; i++) total[i] = (total[i] as number) + (counts[i] as number);
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
