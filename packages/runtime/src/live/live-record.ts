import { join } from 'node:path';
import type { ProcessIdentity } from './process-identity.ts';

/** What a run that is under way, or was stopped, says of itself. Times are of day: ISO 8601, by its machine's clock. */
export interface LiveRecord {
  readonly format: 1;
  readonly kind: 'search' | 'comparison' | 'training';
  readonly process: ProcessIdentity;
  readonly begun: string;
  readonly updated: string;
  /** The name of the metric that counts. */
  readonly metric: string;
  readonly engine: 'native' | 'wasm';
  /** How many trials or trainings it runs side by side. */
  readonly workers: number;
  readonly plan: LivePlan;
  /** Trainings of the plan that are at their end; null of a search, whose store says so. */
  readonly trained: number | null;
  /** What is done before the first trial, and how far that is; null after it. */
  readonly preparing: { readonly job: string; readonly done: number; readonly of: number } | null;
  readonly doing: readonly Doing[];
  /** How many trials wait for their turn, where others share the workers or workers come and go. */
  readonly waiting: number;
  /** How it ended, if not by finishing: then there is no such file. */
  readonly ended: {
    readonly how: 'stopped' | 'failed';
    readonly code: string | null;
    readonly message: string | null;
  } | null;
}

/** What a run comes to. */
export interface LivePlan {
  /** Of a search. */
  readonly rounds: number | null;
  /** Trials of the searcher; or trainings. */
  readonly trainings: number;
  /** Of the best trials, at the most; and of the one that is named then. */
  readonly again: number;
  readonly confirm: number;
  /** Of a training. */
  readonly iterations: number;
}

/** What is done by a worker. */
export interface Doing {
  /** The worker's name; null while that one starts. */
  readonly worker: string | null;
  /** From 1, as in all that is shown; null for a training that is no trial, which has the other two. */
  readonly trial: number | null;
  readonly round: number | null;
  readonly loss: string | null;
  readonly seed: number | null;
  readonly since: string;
  /** Iterations done of its training, as far as that is known; and those that it has, or has until it is judged. */
  readonly iterations: number | null;
  readonly until: number;
}

/** The file of a run folder in which its run says what it is doing. */
export function liveFile(folder: string): string {
  return join(folder, 'live.json');
}

/** How often it is written, at the least. */
export const HEARTBEAT_MS = 10_000;
