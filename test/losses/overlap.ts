import type { Batch } from './batch.ts';
import { validPixels } from './batch.ts';

/** The sums of one class over some pixels. */
export interface Overlap {
  hits: number;
  predicted: number;
  labelled: number;
  squares: number;
}

/**
 * Plain loops over the pixels: for each group (the batch, or an image), the sums of each class.
 * Groups without a valid pixel have null.
 */
export function overlaps(batch: Batch, per: 'batch' | 'image'): (readonly Overlap[] | null)[] {
  const [n, , , c] = batch.shape;
  const pixels = validPixels(batch);
  const groups = per === 'batch' ? [pixels] : Array.from({ length: n }, (_, i) => pixels.filter((x) => x.image === i));
  return groups.map((group) => {
    if (group.length === 0) return null;
    return Array.from({ length: c }, (_, k) => {
      const sums: Overlap = { hits: 0, predicted: 0, labelled: 0, squares: 0 };
      for (const { label, p } of group) {
        const probability = p[k] as number;
        sums.predicted += probability;
        sums.squares += probability ** 2;
        if (label === k) {
          sums.hits += probability;
          sums.labelled += 1;
        }
      }
      return sums;
    });
  });
}

export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

export interface ReferenceOptions {
  readonly classes?: 'present' | 'all';
  readonly per?: 'batch' | 'image';
  readonly classWeights?: readonly number[];
}

/** The mean over classes, then over groups, of a class's miss. */
export function regionReference(
  batch: Batch,
  { classes = 'present', per = 'batch', classWeights }: ReferenceOptions,
  miss: (sums: Overlap) => number,
): number {
  const groups: number[] = [];
  for (const group of overlaps(batch, per)) {
    if (group === null) continue;
    const terms: number[] = [];
    group.forEach((sums, k) => {
      if (classes === 'all' || sums.labelled > 0)
        terms.push(miss(sums) * (classWeights?.[k % classWeights.length] ?? 1));
    });
    groups.push(mean(terms));
  }
  return mean(groups);
}
