import type { RunConfig } from '@auto-seg-loss/config';
import { iterationAt } from '@auto-seg-loss/kernel';

/** What the network is trained with that all trials start from, and what guards compare candidates with. */
export const REFERENCE_LOSS = 'cross-entropy';

/** Trainings that the reference is the mean of: one alone would owe too much to its luck. */
export const REFERENCE_TRAININGS = 3;

type Referenced = Pick<RunConfig, 'guards' | 'proxy' | 'pruning'>;

/** Whether trials are compared with what cross-entropy reaches: by guards, and where rewards are of several folds. */
export function needsReference({ guards, proxy }: Pick<RunConfig, 'guards' | 'proxy'>): boolean {
  return guards.length > 0 || proxy.reward.folds !== null;
}

/** Where the reference is measured: on each fold at each share of a training at which rewards are taken. */
export function referencePlaces({ proxy, pruning }: Referenced): readonly { fold: number | null; share: number }[] {
  const { folds } = proxy.reward;
  const all = folds === null ? [null] : Array.from({ length: folds }, (_, fold) => fold);
  return all.flatMap((fold) => [...(pruning?.rungs ?? []), 1].map((share) => ({ fold, share })));
}

/** How many trainings the reference takes: at each rung it is measured by trainings of their own. */
export function referenceTrainings(config: Referenced): number {
  return needsReference(config) ? REFERENCE_TRAININGS * referencePlaces(config).length : 0;
}

/** How many iterations the reference takes. */
export function referenceIterations(config: Referenced): number {
  if (!needsReference(config)) return 0;
  const each = referencePlaces(config).map(({ share }) => iterationAt(share, config.proxy.iterations));
  return REFERENCE_TRAININGS * each.reduce((sum, value) => sum + value, 0);
}
