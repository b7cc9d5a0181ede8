/** Milliseconds of one thing, measured several times. */
export interface Samples {
  readonly milliseconds: readonly number[];
}

/** The least disturbed sample, and the one in the middle. */
export function summary(all: readonly Samples[]): { readonly best: number; readonly median: number } {
  const sorted = all.flatMap(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  return { best: sorted[0] ?? Number.NaN, median: sorted[Math.floor(sorted.length / 2)] ?? Number.NaN };
}
