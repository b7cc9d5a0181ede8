import { type CoverageCounts, unusualIgnoredShare } from '@auto-seg-loss/formula';

/** What scores rest on, with the names of the classes. */
export interface NamedCoverage extends Omit<CoverageCounts, 'present' | 'predicted'> {
  /** Of the pixels, in [0, 1]. */
  readonly ignoredShare: number;
  /** Whether that is more than the outlines that data sets leave out. */
  readonly unusuallyIgnored: boolean;
  /** Pixels that count: labelled with the class, and predicted as it. */
  readonly classes: readonly { readonly name: string; readonly present: number; readonly predicted: number }[];
  /** Classes that are in neither: scores say nothing about them. */
  readonly absent: readonly string[];
}

export function namedCoverage(counts: CoverageCounts, names: readonly string[]): NamedCoverage {
  const { images, pixels, ignored, present, predicted } = counts;
  const classes = names.map((name, c) => ({ name, present: present[c] ?? 0, predicted: predicted[c] ?? 0 }));
  return {
    images,
    pixels,
    ignored,
    ignoredShare: ignored / Math.max(1, pixels + ignored),
    unusuallyIgnored: unusualIgnoredShare(counts) !== undefined,
    classes,
    absent: classes.filter((one) => one.present === 0 && one.predicted === 0).map(({ name }) => name),
  };
}
