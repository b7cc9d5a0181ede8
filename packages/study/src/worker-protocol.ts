import type { ErrorDetails } from '@auto-seg-loss/kernel';
import type { Outcome, Paused, StepLosses, TrialTask } from './trial.ts';

/** From the search to a worker process. */
export type ToWorker =
  /** Once, first: load the module and make its runner. */
  | { readonly type: 'init'; readonly module: string; readonly initData: unknown }
  | { readonly type: 'run'; readonly task: TrialTask }
  /** To each report, in their order. */
  | { readonly type: 'answer'; readonly decision: 'continue' | 'stop' }
  | { readonly type: 'close' };

/** From a worker process to the search. */
export type FromWorker =
  | { readonly type: 'ready' }
  /** No runner could be made, or none can run a trial: ends the search. */
  | { readonly type: 'failed'; readonly error: PlainError }
  /** The trial goes on; the iterations done, where they are known. */
  | { readonly type: 'alive'; readonly iterations?: number }
  | {
      readonly type: 'report';
      readonly step: number;
      readonly reward: number;
      readonly losses?: StepLosses | undefined;
    }
  | { readonly type: 'outcome'; readonly outcome: Outcome | Paused };

/** An error as it goes between processes. */
export interface PlainError {
  readonly message: string;
  /** Of an AslError. */
  readonly code?: string;
  readonly details?: Omit<ErrorDetails, 'cause'>;
}
