import type { Problem } from '@auto-seg-loss/kernel';
import type { PlannedTrials, StudyEvent } from '@auto-seg-loss/study';
import type { ChosenEngine } from '../run-folder/environment.ts';

/**
 * What is done before the first trial: the training images are looked at, the network is trained that trials start from, and
 * what guards compare with is measured.
 */
export type Preparing = 'inspection' | 'warm-start' | 'reference';

/** What was found of a search that goes on. */
export interface ResumedSearch {
  /** Rounds that are complete, and of the whole search. */
  readonly round: number;
  readonly rounds: number;
  /** Of the searcher's trials those with an outcome; and of them, those that failed and those that were pruned. */
  readonly finished: number;
  readonly failed: number;
  readonly pruned: number;
  /** Trainings of the best that are finished. */
  readonly again: number;
  /** Trials that were begun and have none, and of them, those that wait at a rung. */
  readonly pending: number;
  readonly paused: number;
  /** What changed since, and was accepted now. */
  readonly changes: readonly Problem[];
}

/** What happens during a search, for its progress display. */
export type SearchEvent =
  | {
      readonly type: 'run-opened';
      readonly folder: string;
      /** What an earlier process left; null for a new run. */
      readonly resumed: ResumedSearch | null;
      /** Processes of this machine. */
      readonly workers: number;
      /** What runs the trials: other than `processes`, it brings workers of its own. */
      readonly executor: string;
      readonly engine: ChosenEngine;
      /** What was taken of the weights that networks begin with, a line each. */
      readonly weights: readonly string[];
      /** The searched metric's name; of several, theirs. */
      readonly metric: string;
      /** Their names: one, or those of a front. */
      readonly metrics?: readonly string[];
      /** The names of θ's coordinates. */
      readonly coordinates: readonly string[];
    }
  /** What the search learns from, where it has priors, a line each. */
  | { readonly type: 'prior-taken'; readonly notes: readonly string[] }
  | (PlannedTrials & {
      /** Before anything is trained: how many trainings the whole search comes to. */
      readonly type: 'trainings-planned';
      /** Iterations of the network that trials start from, of those of all folds together; 0 without one. */
      readonly warmStart: number;
      /** Into how many folds the training images are divided; null without. */
      readonly folds: number | null;
      /** Trainings with cross-entropy, which trials are compared with. */
      readonly reference: number;
      /** Iterations of a trial. */
      readonly iterations: number;
      /** Whether trials may be given up before their end. */
      readonly pruned: boolean;
    })
  /** What the workers print is not kept. */
  | { readonly type: 'log-lost'; readonly path: string; readonly reason: string }
  /** What a person should know of the workers, in a sentence: that there are none yet, that they cannot be reached. */
  | { readonly type: 'executor-notice'; readonly message: string }
  /** `iterations` of trainings; of an inspection, images. */
  | { readonly type: 'preparation-started'; readonly job: Preparing; readonly iterations: number }
  | {
      readonly type: 'preparation-progress';
      readonly job: Preparing;
      readonly done: number;
      readonly iterations: number;
    }
  | { readonly type: 'preparation-finished'; readonly job: Preparing }
  /** What a person should know of the data or of the result, in a sentence; said again by a search that goes on. */
  | { readonly type: 'warning'; readonly message: string }
  | StudyEvent;
