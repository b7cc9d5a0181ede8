import type { Json } from '@auto-seg-loss/kernel';

/** A trial to be run. */
export interface TrialTask {
  /** Counts from 0 over the whole search; for messages only, an outcome must not depend on it. */
  readonly number: number;
  readonly round: number;
  /** Within the round. */
  readonly index: number;
  /** SHA-256 of `content`: equal trials have equal keys. */
  readonly key: string;
  readonly theta: readonly number[];
  /** All that the outcome depends on (θ, seed, …), as the study's `content` option made it. */
  readonly content: Json;
}

/** What a trial came to. */
export type Outcome =
  | {
      readonly status: 'complete' | 'pruned';
      /** In [0, 1]; of a pruned trial, its last report. */
      readonly reward: number;
      /** Exact metrics and whatever else is worth keeping. */
      readonly metrics: Json;
    }
  | {
      readonly status: 'failed';
      /** Why, in one sentence. */
      readonly error: string;
    };

/** A trial's row in the store. */
export interface TrialRecord {
  readonly number: number;
  readonly round: number;
  readonly index: number;
  readonly key: string;
  readonly theta: readonly number[];
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

/** The complete trial with the highest reward; of equal ones the lowest number. null if none is complete. */
export function bestTrial(trials: readonly TrialRecord[]): FinishedTrial | null {
  let best: FinishedTrial | null = null;
  for (const trial of trials) {
    if (!isFinished(trial) || trial.outcome.status !== 'complete') continue;
    const ahead = best === null ? 1 : trial.outcome.reward - rewardOf(best.outcome);
    if (ahead > 0 || (ahead === 0 && best !== null && trial.number < best.number)) best = trial;
  }
  return best;
}
