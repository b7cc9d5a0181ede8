import type { Outcome, Paused, StepLosses, TrialTask } from './trial.ts';

/** What a study hears from a running trial. */
export interface TrialHooks {
  /** An intermediate reward, and the losses that no report before it told of; the answer goes to the trial. */
  report(step: number, reward: number, losses?: StepLosses): 'continue' | 'stop';
  /** The trial begins anew, since its worker died or hung. */
  retry(reason: string): void;
  /** Called by an executor with `queues`: the trial has waited for its turn and begins. Time before that is not the trial's. */
  begin?(): void;
  /** A worker begins with the trial, which may have waited for one. @param worker its name, as people know it. */
  begun?(worker: string): void;
  /** The trial goes on. @param iterations done of its training, where that is known. */
  alive?(iterations: number | undefined): void;
}

/** Runs trials, up to `concurrency` at a time. */
export interface Executor {
  readonly concurrency: number;
  /** Whether it may let a trial wait for others, and says when it begins. */
  readonly queues?: boolean;
  /**
   * @param signal ends the trial without an outcome: the promise is rejected with the signal's reason.
   * @returns the outcome; a trial that fails is one. Paused, if the task ends before the training does, or if a
   *   report was answered with 'stop'. Rejected where no trial can be run at all.
   */
  run(task: TrialTask, hooks: TrialHooks, signal: AbortSignal): Promise<Outcome | Paused>;
  close(): Promise<void>;
}
