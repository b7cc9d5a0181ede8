import { ExactEvaluator, type ExactScore } from '@auto-seg-loss/formula';
import type { Curve, Metric } from '@auto-seg-loss/kernel';
import { type Album, isValid } from '../pictures/picture.ts';
import { addedSums, plainSums } from './plain-measure.ts';
import { openSoftScore, plainRelaxedScore, sealSoftSums } from './plain-relaxed-score.ts';
import { openPlainScore, type PlainScore, plainScoreAlgebra, sealRows } from './plain-score.ts';

/** What a picture is predicted to be, [c][h·w]. */
export type Probabilities = readonly (readonly number[])[];

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

/** A metric's value over an album in plain loops; whether anything on the way was absent; and all ratios taken. */
export function plainScore(
  metric: Metric,
  { classes, pictures }: Album,
): PlainScore & { readonly absent: boolean; readonly ratios: readonly number[] } {
  let absent = false;
  const ratios: number[] = [];
  const algebra = plainScoreAlgebra({
    onAbsent: () => {
      absent = true;
    },
    onRatio: (value) => void ratios.push(value),
  });
  const added = addedSums(pictures.map((picture) => plainSums(metric, picture, classes)));
  const sums = Object.fromEntries(Object.entries(added).map(([name, rows]) => [name, sealRows(rows)]));
  return { ...openPlainScore(metric.score(algebra, sums)), absent, ratios };
}

/**
 * A metric's loss over a batch, in plain float64 loops.
 * @param logits [n, h, w, c] of the album's pictures.
 * @param absent how means count classes that no label has.
 */
export function plainLoss(
  metric: Metric,
  curves: readonly Curve[],
  album: Album,
  logits: ArrayLike<number>,
  absent: 'zero' | 'skip' = 'zero',
): number {
  return plainLossOf(metric, curves, album, probabilitiesOf(album, logits), absent);
}

/** The probabilities of a batch of logits, [n, h, w, c]. */
export function probabilitiesOf({ classes, pictures }: Album, logits: ArrayLike<number>): readonly Probabilities[] {
  let at = 0;
  return pictures.map(({ label }) => {
    const pixels = Array.from(label, () => {
      const row = Array.from({ length: classes }, (_, c) => logits[at + c] as number);
      at += classes;
      return softmax(row);
    });
    return Array.from({ length: classes }, (_, c) => pixels.map((row) => row[c] as number));
  });
}

/** As `plainLoss`. @param probabilities of each picture. */
export function plainLossOf(
  metric: Metric,
  curves: readonly Curve[],
  { classes, pictures }: Album,
  probabilities: readonly Probabilities[],
  absent: 'zero' | 'skip' = 'zero',
): number {
  if (!pictures.some(({ label }) => label.some(isValid))) return 0;
  const sums = pictures.map((picture, index) =>
    plainSums(metric, picture, classes, { probabilities: probabilities[index] ?? [], curves }),
  );
  const labelled = Array.from({ length: classes }, (_, c) => pictures.some(({ label }) => label.includes(c)));
  const present = absent === 'skip' ? labelled : undefined;
  const sealed = Object.entries(addedSums(sums)).map(([name, rows]) => [name, sealSoftSums(rows)] as const);
  return 1 - openSoftScore(metric.score(plainRelaxedScore(present), Object.fromEntries(sealed)));
}

function softmax(logits: readonly number[]): readonly number[] {
  const top = Math.max(...logits);
  const exponentials = logits.map((value) => Math.exp(value - top));
  const total = exponentials.reduce((sum, value) => sum + value, 0);
  return exponentials.map((value) => value / total);
}

/** What rounding in float64 may do to a value: beyond it, a formula is wrong. */
const ROUNDING = 1e-9;

/** Whether two values are the same but for rounding; absent ones are the same as each other only. */
export function sameValue(a: number | null, b: number | null, tolerance: number = ROUNDING): boolean {
  return a === null || b === null ? a === b : Math.abs(a - b) <= tolerance;
}

/** Whether a value lies in [0, 1], but for rounding: 1.0000000000000002 does. */
export function isShare(value: number): boolean {
  return value >= -ROUNDING && value <= 1 + ROUNDING;
}
