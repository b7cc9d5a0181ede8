/** What scores rest on. A pixel counts where its label is a class. */
export interface CoverageCounts {
  readonly images: number;
  /** Pixels that count. */
  readonly pixels: number;
  /** All the others. */
  readonly ignored: number;
  /** For each class the pixels that it is the label of. */
  readonly present: readonly number[];
  /** For each class the pixels that it is the prediction of, among those that count. */
  readonly predicted: readonly number[];
}

/** Outlines that nobody labels are 5 to 12 % of the pixels in common data sets: above this share, more than they are left out. */
const LARGEST_BORDER = 0.2;

/** The share of the pixels that do not count, where it is more than the outlines that data sets leave out; else undefined. */
export function unusualIgnoredShare({ pixels, ignored }: CoverageCounts): number | undefined {
  const share = ignored / (pixels + ignored);
  return share > LARGEST_BORDER ? share : undefined;
}
