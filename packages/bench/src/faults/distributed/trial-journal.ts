/** Where processes of trials note what they do, and how long each trial waits before it begins, in milliseconds. */
export interface TrialWatch {
  readonly journal: string;
  readonly delayMs: number;
}

/** A line of the journal. */
export interface JournalEntry {
  readonly event: 'begun' | 'ended';
  /** The process of the trial, and the worker that started it. */
  readonly pid: number;
  readonly worker: number;
  /** Which part of which trial. */
  readonly task: string;
}

/** Names the environment variable with the TrialWatch, as JSON. */
export const WATCH_VARIABLE = 'ASL_TRIAL_WATCH';
