import type { GuardConfig } from '@auto-seg-loss/config';
import type { ExactScore } from '@auto-seg-loss/formula';
import type { Metric } from '@auto-seg-loss/kernel';

/** What cross-entropy reaches in the proxy task: the metrics of the guards, by name, at each share of a training. */
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

/** How far metrics are below what a guard lets them be, at a share of the training: by metric, of those that are. */
export function brokenGuards(
  guards: readonly Guard[],
  reference: GuardReference,
  metrics: Readonly<Record<string, ExactScore>>,
  share: number,
): ReadonlyMap<string, number> {
  const broken = new Map<string, number>();
  for (const { metric, drop } of guards) {
    const lowest = (reference[String(share)]?.[metric] ?? 0) - drop;
    // A metric without anything to score is no better than 0.
    const excess = lowest - (metrics[metric]?.value ?? 0);
    if (excess > 0) broken.set(metric, Math.max(excess, broken.get(metric) ?? 0));
  }
  return broken;
}

/** A reward, less what the broken guards cost; in [0, 1]. */
export function guardedReward(reward: number, broken: ReadonlyMap<string, number>): number {
  return [...broken.values()].reduce((left, excess) => Math.max(0, left - PENALTY * excess), reward);
}
