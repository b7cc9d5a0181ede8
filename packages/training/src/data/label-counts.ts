import { AslError, IGNORE_LABEL } from '@auto-seg-loss/kernel';

/** Pixels of a label by class, and after the classes those that are ignored. [classes + 1] */
export type LabelCounts = Uint32Array;

/** @param label class or IGNORE_LABEL of each pixel. */
export function countLabel(label: Uint8Array, classes: number): LabelCounts {
  const counts = new Uint32Array(classes + 1);
  for (const value of label) {
    const at = value === IGNORE_LABEL ? classes : value;
    counts[at] = (counts[at] as number) + 1;
  }
  return counts;
}

/** The classes that any of the labels has. */
export function classesIn(labels: readonly LabelCounts[]): ReadonlySet<number> {
  return new Set(
    labels.flatMap((counts) => [...counts.subarray(0, -1).entries()].flatMap(([c, n]) => (n > 0 ? [c] : []))),
  );
}

/**
 * @param labels of some images. @param images which those are, for messages: `val split`. @param use what they are wanted for.
 * @throws AslError ASL_DATA_INVALID where no pixel of them has a class.
 */
export function requireClasses(labels: readonly LabelCounts[], images: string, use: string): void {
  if (classesIn(labels).size > 0) return;
  const ignored = labels.reduce((sum, counts) => sum + (counts.at(-1) ?? 0), 0);
  throw new AslError('ASL_DATA_INVALID', `all labels are ignored: there is nothing to ${use}`, {
    where: images,
    expected: 'pixels that are labelled with a class',
    received: `${labels.length} ${labels.length === 1 ? 'label' : 'labels'}, all ${ignored} pixels ignored`,
    remedy: 'check which values the data set ignores, and that the labels arrived whole',
  });
}
