/** What predictions and labels hold together. */
export interface EvaluationCounts {
  /** Class names. */
  readonly classes: readonly string[];
  /** Pixels by label (rows) and prediction (columns), of those that count. [classes, classes] */
  readonly confusion: readonly (readonly number[])[];
  /** Pixels that do not count. */
  readonly ignored: number;
}

/** A shift is named where most pixels are off by it, and more than agree. */
const MOST = 0.5;

/**
 * What makes it likely that a score is not what its reader takes it for, in sentences: classes that are counted from another
 * number on one of the sides, masks whose foreground is ignored, two classes that have changed places.
 */
export function evaluationWarnings(counts: EvaluationCounts): readonly string[] {
  return [...shifted(counts), ...swapped(counts), ...foregroundIgnored(counts)];
}

function shifted({ classes, confusion }: EvaluationCounts): readonly string[] {
  if (classes.length < 3) return [];
  const total = sum(confusion.flat());
  const offBy = (step: number): number => sum(confusion.map((row, label) => row[label + step] ?? 0));
  const equal = offBy(0);
  const found = ([-1, 1] as const).find((step) => offBy(step) > equal && offBy(step) > MOST * total);
  if (found === undefined) return [];
  const sides = found === -1 ? 'minus 1' : 'plus 1';
  const remedy =
    found === -1
      ? 'do the labels count from 1, 0 meaning "other"? Then say --map one-based (or ade20k)'
      : 'do the predictions count from 1? Then say --prediction-map one-based';
  return [
    `at ${share(offBy(found), total)} of the pixels the prediction is the label ${sides}, at ${share(equal, total)} they are equal: ${remedy}`,
  ];
}

function swapped({ classes, confusion }: EvaluationCounts): readonly string[] {
  if (classes.length !== 2) return [];
  const total = sum(confusion.flat());
  const crossed = (confusion[0]?.[1] ?? 0) + (confusion[1]?.[0] ?? 0);
  const both = (confusion[0]?.[1] ?? 0) > 0 && (confusion[1]?.[0] ?? 0) > 0;
  if (!both || crossed <= 0.9 * total) return [];
  return [
    `at ${share(crossed, total)} of the pixels the prediction is the other class: have the two classes changed places?`,
  ];
}

function foregroundIgnored({ classes, confusion, ignored }: EvaluationCounts): readonly string[] {
  const present = confusion.map(sum);
  if (classes.length !== 2 || ignored === 0 || (present[0] ?? 0) === 0 || (present[1] ?? 0) > 0) return [];
  return [
    `no label has a pixel of "${classes[1]}", and ${share(ignored, ignored + sum(present))} of the pixels are ignored: where 255 is the foreground of a mask, it must not be; say --map binary in place of --ignore`,
  ];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}

function share(part: number, whole: number): string {
  return `${((100 * part) / whole).toFixed(1)} %`;
}
