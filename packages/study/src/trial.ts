import type { Descent, Outcome } from '@auto-seg-loss/kernel';

export type { Outcome, Paused, Scores, StepLosses, TrialTask } from '@auto-seg-loss/kernel';

/** A trial's row in the store. */
export interface TrialRecord {
  readonly number: number;
  readonly round: number;
  readonly index: number;
  readonly key: string;
  readonly theta: readonly number[];
  readonly descent: Descent | null;
  /** Never pruned. */
  readonly whole: boolean;
  /** null while it is still to be run. */
  readonly outcome: Outcome | null;
  /** The number of the equal trial that this one's outcome was taken from; null if it was run itself. */
  readonly copyOf: number | null;
  /** Milliseconds that it ran, over all attempts; null for a copy or while it is still to be run. */
  readonly ms: number | null;
}

/** A trial with its outcome. */
export type FinishedTrial = TrialRecord & { readonly outcome: Outcome };

/** The reward a searcher is told: 0 for a failed trial. */
export function rewardOf(outcome: Outcome): number {
  return outcome.status === 'failed' ? 0 : outcome.reward;
}

/** True once a trial has an outcome. */
export function isFinished(trial: TrialRecord): trial is FinishedTrial {
  return trial.outcome !== null;
}

/** Whether a trial shows what its θ is worth: trained to its end, with the same loss throughout. */
export function isCandidate(trial: TrialRecord): trial is FinishedTrial {
  return trial.outcome?.status === 'complete' && trial.descent === null;
}

/** The candidate with the highest reward; of equal ones the lowest number. null if there is none. */
export function bestTrial(trials: readonly TrialRecord[]): FinishedTrial | null {
  let best: FinishedTrial | null = null;
  for (const trial of trials) {
    if (!isCandidate(trial)) continue;
    const ahead = best === null ? 1 : rewardOf(trial.outcome) - rewardOf(best.outcome);
    if (ahead > 0 || (ahead === 0 && best !== null && trial.number < best.number)) best = trial;
  }
  return best;
}
