import type { FinishedTrial } from './trial.ts';

/**
 * What happens during a study, for its progress display. Trials are counted over the whole search, from 0; trainings that name
 * the best are trials of rounds after the searcher's.
 */
export type StudyEvent =
  | {
      readonly type: 'study-started';
      readonly rounds: number;
      /** Of the searcher. */
      readonly trials: number;
      /** At most so many trainings come after them, to name the best. */
      readonly again: number;
      /** Of both together, those that an earlier process finished; above 0 for a resumed run. */
      readonly finished: number;
      /** These themselves, by number. */
      readonly earlier: readonly FinishedTrial[];
    }
  | { readonly type: 'round-started'; readonly round: number; readonly trials: number; readonly finished: number }
  | { readonly type: 'trial-started'; readonly number: number; readonly round: number; readonly index: number }
  | { readonly type: 'trial-reported'; readonly number: number; readonly step: number; readonly reward: number }
  | {
      readonly type: 'rung-reached';
      readonly number: number;
      /** Of its training. */
      readonly share: number;
      readonly reward: number;
    }
  | { readonly type: 'trial-retried'; readonly number: number; readonly reason: string }
  | {
      readonly type: 'trial-finished';
      readonly trial: FinishedTrial;
      /** The best trial so far, this one included; null if none is complete. */
      readonly best: FinishedTrial | null;
      /** Of a search for several metrics, the front so far, this one included: by the first metric, the best first. */
      readonly front?: readonly FinishedTrial[];
      readonly finished: number;
      /** Seconds until the search ends, at the pace of this process's trials so far; null before there is one. */
      readonly secondsLeft: number | null;
    }
  | {
      readonly type: 'reevaluation-started';
      /** How many of the best trials are tried again; and whether a point that the searcher recommends is, which is none of them. */
      readonly best: number;
      readonly recommended: boolean;
      /** Whether they are the front of a search for several metrics. */
      readonly several?: boolean;
      /** The hand-made losses that are tried beside them, where there are any. */
      readonly rivals?: readonly string[];
      /** How often each is; and how often the one that is named then is once more. */
      readonly repeats: number;
      readonly confirm: number;
      /** Whether those that turn out to be worse leave before, and what they leave over goes to the others. */
      readonly race: boolean;
    }
  | {
      readonly type: 'round-finished';
      readonly round: number;
      readonly best: FinishedTrial | null;
      readonly front?: readonly FinishedTrial[];
    };

/** How many candidates are tried again. */
export function triedAgain({
  best,
  recommended,
  rivals = [],
}: Extract<StudyEvent, { type: 'reevaluation-started' }>): number {
  return best + (recommended ? 1 : 0) + rivals.length;
}
