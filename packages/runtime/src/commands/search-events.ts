import type { StudyEvent } from '@auto-seg-loss/study';
import type { ChosenEngine } from '../run-folder/environment.ts';

/** What happens during a search, for its progress display. */
export type SearchEvent =
  | {
      readonly type: 'run-opened';
      readonly folder: string;
      /** Whether an earlier process began it. */
      readonly resumed: boolean;
      readonly workers: number;
      readonly engine: ChosenEngine;
      /** The searched metric's name. */
      readonly metric: string;
    }
  | { readonly type: 'warm-start-started'; readonly iterations: number }
  | { readonly type: 'warm-start-progress'; readonly done: number; readonly iterations: number }
  | { readonly type: 'warm-start-finished' }
  | StudyEvent;
