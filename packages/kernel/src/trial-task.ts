import type { Descent, Json } from './searcher.ts';

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
  /**
   * Of a search for several metrics: one for each, in their order, in [0, 1], less what broken guards cost. The reward is then their
   * mean.
   */
  readonly scores?: readonly number[];
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
