import type { GuardConfig } from '@auto-seg-loss/config';
import type { ExactScore } from '@auto-seg-loss/formula';
import type { Metric } from '@auto-seg-loss/kernel';

/**
 * What cross-entropy reaches in the proxy task: the metrics of the guards, by name, at each share of a training; with folds on the
 * images of each, and the metric searched for too. By `referenceName`.
 */
export type GuardReference = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** A metric that candidates must not lower, and by how much they may. */
export interface Guard {
  readonly metric: string;
  readonly drop: number;
}

/**
 * What a candidate loses of its reward for each unit that a metric is too low: enough that no metric searched for could make
 * good for it, and not so much that a search learns nothing from candidates that break a guard.
 */
const PENALTY = 10;

/** @param metrics made of the config's guards, in their order. */
export function guardsOf(configs: readonly GuardConfig[], metrics: readonly Metric[]): readonly Guard[] {
  return configs.map(({ drop }, index) => ({ metric: metrics[index]?.name ?? '', drop }));
}

/** The name of what was measured at a share of the training, on the images of a fold; null without folds. */
export function referenceName(share: number, fold: number | null): string {
  return fold === null ? String(share) : `${share} of fold ${fold + 1}`;
}

/** How far metrics are below what a guard lets them be, at a share of the training: by metric, of those that are. */
export function brokenGuards(
  guards: readonly Guard[],
  reference: Readonly<Record<string, number>> | undefined,
  metrics: Readonly<Record<string, ExactScore>>,
): ReadonlyMap<string, number> {
  const broken = new Map<string, number>();
  for (const { metric, drop } of guards) {
    const lowest = (reference?.[metric] ?? 0) - drop;
    // A metric without anything to score is no better than 0.
    const excess = lowest - (metrics[metric]?.value ?? 0);
    if (excess > 0) broken.set(metric, Math.max(excess, broken.get(metric) ?? 0));
  }
  return broken;
}

/**
 * A reward on one fold as it would be on all: folds are not equally hard, and what cross-entropy reaches on each tells by how much.
 * @param reference of the metric searched for, at the same share of the training, fold by fold. @returns a number in [0, 1].
 */
export function levelReward(reward: number, reference: readonly number[], fold: number): number {
  const mean = reference.reduce((sum, value) => sum + value, 0) / reference.length;
  return Math.min(1, Math.max(0, reward + mean - (reference[fold] ?? mean)));
}

/** A reward, less what the broken guards cost; in [0, 1]. */
export function guardedReward(reward: number, broken: ReadonlyMap<string, number>): number {
  return [...broken.values()].reduce((left, excess) => Math.max(0, left - PENALTY * excess), reward);
}
