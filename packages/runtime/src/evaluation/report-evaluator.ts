import { bootstrap, type ScoreInterval } from '@auto-seg-loss/formula';
import type { Random, ReportMetric, ReportScore } from '@auto-seg-loss/kernel';

/** Evaluates metrics that are only reported, image by image. */
export class ReportEvaluator {
  readonly #metrics: readonly ReportMetric[];
  readonly #classes: number;
  /** Of each image, what is kept for each metric. */
  readonly #images: (readonly Float64Array[])[] = [];

  constructor(metrics: readonly ReportMetric[], classes: number) {
    this.#metrics = metrics;
    this.#classes = classes;
  }

  /** @param measured of an image, for each metric. */
  add(measured: readonly Float64Array[]): void {
    this.#images.push(measured);
  }

  /** The metrics' values over all images added so far, by metric name. */
  result(): Record<string, ReportScore> {
    return this.#scores(this.#images);
  }

  /** The metrics' values of one image alone, by metric name. @param image in the order of adding. */
  imageResult(image: number): Record<string, ReportScore> {
    return this.#scores(this.#images.slice(image, image + 1));
  }

  /** As `ExactEvaluator.intervals`: by a generator of the same state the same images are drawn. */
  intervals(resamples: number, random: Random): Record<string, ScoreInterval> {
    const perClass = new Array<null>(this.#classes).fill(null);
    const none = (): ScoreInterval => ({ value: null, perClass });
    if (this.#images.length < 2) return Object.fromEntries(this.#metrics.map(({ name }) => [name, none()]));
    const intervals = bootstrap(this.#images.length, resamples, random, (weights) =>
      Object.values(this.#scores(this.#images.flatMap((image, index) => new Array(weights[index]).fill(image)))),
    );
    return Object.fromEntries(this.#metrics.map(({ name }, m) => [name, intervals[m] as ScoreInterval]));
  }

  #scores(images: readonly (readonly Float64Array[])[]): Record<string, ReportScore> {
    return Object.fromEntries(
      this.#metrics.map((metric, m) => {
        const measured = images.map((image) => image[m] as Float64Array);
        return [metric.name, metric.score(measured, this.#classes)];
      }),
    );
  }
}
