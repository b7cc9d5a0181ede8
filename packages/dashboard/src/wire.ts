import type { PageData } from '@auto-seg-loss/report/page';
import type { RunStatus } from '@auto-seg-loss/runtime';
import type { RunWords } from './run-words.ts';

// What the server tells the page, as JSON.

/** A run in the list. */
export interface ListedRun {
  /** Its path within the folder; `.` for the folder itself. */
  readonly id: string;
  /** null where the run cannot be looked at: `problem` says why; or was not yet, without a problem. */
  readonly shown: ShownStatus | null;
  readonly problem: string | null;
}

export interface ShownStatus {
  readonly state: RunStatus['state'];
  readonly words: RunWords;
  /** Share of its trials or trainings that are at their end, in [0, 1]; null where it is not known how many there are. */
  readonly share: number | null;
}

/** All runs, in the order of the list. */
export interface RunList {
  readonly folder: string;
  readonly runs: readonly ListedRun[];
  /** How many more there are than are shown. */
  readonly more: number;
}

/** What the page of a run shows beside how it stands; null where there is nothing to show yet, or it cannot be looked at. */
export interface RunContents {
  readonly page: PageData | null;
  readonly problem: string | null;
}
