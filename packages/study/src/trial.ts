import type { Descent, Json } from '@auto-seg-loss/kernel';

/** A trial to be run, or to be gone on with. */
export interface TrialTask {
  /** Counts from 0 over the whole search; for messages only, an outcome must not depend on it. */
  readonly number: number;
  readonly round: number;
  /** Within the round. */
  readonly index: number;
  /** SHA-256 of `content`: equal trials have equal keys. */
  readonly key: string;
  readonly theta: readonly number[];
  /** θ itself is learned from here; null to try it as it is. */
  readonly descent: Descent | null;
  /** All that the outcome depends on (θ, seed, …), as the study's `content` option made it. */
  readonly content: Json;
  /** What share of its training is done already, and where to pause; 0 and 1 for all at once. */
  readonly from: number;
  readonly until: number;
}

/** Losses of iterations that follow each other, for whoever watches: nothing depends on them. */
export interface StepLosses {
  /** The first of these iterations, from 0. */
  readonly first: number;
  readonly values: readonly number[];
}

/** What a training came to so far. */
export interface Scores {
  /** In [0, 1]; of a pruned trial, its last report. */
  readonly reward: number;
  /** Exact metrics and whatever else is worth keeping. */
  readonly metrics: Json;
  /** How many images its network was trained on, from the first iteration, repeats counted. */
  readonly images: number;
}

/** What a trial came to. */
export type Outcome =
  | (Scores & {
      readonly status: 'complete';
      /** Where the descent of θ ended. */
      readonly descended?: readonly number[];
    })
  | (Scores & {
      readonly status: 'pruned';
      /** What share of its training was done, in (0, 1). */
      readonly share: number;
    })
  | {
      readonly status: 'failed';
      /** Why, in one sentence. */
      readonly error: string;
    };

/** A trial that waits at a rung for what becomes of it. */
export type Paused = Scores & { readonly status: 'paused' };

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
