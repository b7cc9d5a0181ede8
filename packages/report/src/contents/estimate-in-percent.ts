import type { Estimate } from '@auto-seg-loss/study';

/** The estimate of rewards in percent. */
export function inPercent({ mean, interval }: Estimate): {
  readonly mean: number;
  readonly interval: readonly [number, number] | null;
} {
  return { mean: 100 * mean, interval: interval === null ? null : [100 * interval[0], 100 * interval[1]] };
}
