import type { TrialRecord } from '@auto-seg-loss/study';
import type { ReportedTrial } from './reward-series.ts';

export type { ReportedTrial } from './reward-series.ts';

/** The trials that have ended, in the order of the search. */
export function reportedTrials(trials: readonly TrialRecord[]): readonly ReportedTrial[] {
  return trials.flatMap(({ round, outcome }): ReportedTrial[] => {
    if (outcome === null) return [];
    return [{ round, status: outcome.status, reward: outcome.status === 'failed' ? 0 : outcome.reward }];
  });
}
