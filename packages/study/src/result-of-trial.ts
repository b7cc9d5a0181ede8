import type { TrialResult } from '@auto-seg-loss/kernel';
import { type FinishedTrial, rewardOf } from './trial.ts';

/** What the searcher is told of a trial. */
export function resultOfTrial({ theta, outcome }: FinishedTrial): TrialResult {
  const { status } = outcome;
  return {
    theta,
    status,
    reward: rewardOf(outcome),
    ...(status === 'pruned' ? { share: outcome.share } : {}),
    ...(status === 'complete' && outcome.descended !== undefined ? { descended: outcome.descended } : {}),
  };
}
