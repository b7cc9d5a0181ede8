import { IGNORE_LABEL } from '@auto-seg-loss/kernel';
import type { LabelReading } from './label-reading.ts';

/**
 * The value that stands for each class in label files: of several, the first that the map names; of a map that a person wrote, the
 * lowest.
 * @returns undefined where a class has no value, and where labels are drawn in colours.
 */
export function valuesOfClasses({ classes, targets, colorsAreOfLabels }: LabelReading): readonly number[] | undefined {
  if (colorsAreOfLabels) return undefined;
  const values = new Map<number, number>();
  for (const [value, target] of targets) if (target !== IGNORE_LABEL && !values.has(target)) values.set(target, value);
  const ordered = classes.map((_, index) => values.get(index));
  return ordered.every((value) => value !== undefined) ? ordered : undefined;
}
