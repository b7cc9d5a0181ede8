import { ExactEvaluator, type ExactScore } from '@auto-seg-loss/formula';
import type { Metric } from '@auto-seg-loss/kernel';
import type { Album } from '../pictures/picture.ts';
import { addedSums, plainSums } from './plain-measure.ts';
import { openPlainScore, type PlainScore, plainScoreAlgebra } from './plain-score.ts';

/** A metric's sums by name: rows of classes. */
export type Sums = Readonly<Record<string, readonly (readonly number[])[]>>;

function evaluatorOf(metric: Metric, { classes, pictures }: Album): ExactEvaluator {
  const evaluator = new ExactEvaluator([metric], classes);
  for (const { prediction, label, height, width } of pictures) evaluator.add(prediction, label, height, width);
  return evaluator;
}

/** A metric's value over an album, by the evaluator. */
export function exactScore(metric: Metric, album: Album): ExactScore {
  return evaluatorOf(metric, album).result()[metric.name] as ExactScore;
}

/** A metric's sums over an album, by the evaluator. */
export function exactSums(metric: Metric, album: Album): Sums {
  return evaluatorOf(metric, album).sums()[metric.name] as Sums;
}

/** A metric's value over an album, in plain loops. */
export function plainScore(metric: Metric, { classes, pictures }: Album): PlainScore & { readonly absent: boolean } {
  let absent = false;
  const algebra = plainScoreAlgebra(() => {
    absent = true;
  });
  const added = addedSums(pictures.map((picture) => plainSums(metric, picture, classes)));
  const sums = Object.fromEntries(Object.entries(added).map(([name, { sealed }]) => [name, sealed]));
  return { ...openPlainScore(metric.score(algebra, sums)), absent };
}

/** Whether two values are the same but for rounding; absent ones are the same as each other only. */
export function sameValue(a: number | null, b: number | null, tolerance: number = 1e-9): boolean {
  return a === null || b === null ? a === b : Math.abs(a - b) <= tolerance;
}
