import type { Json } from './searcher.ts';
import type { Outcome, Paused, StepLosses, TrialTask } from './trial-task.ts';

/** What is heard from a running trial. */
export interface TrialHooks {
  /** An intermediate reward, and the losses that no report before it told of; the answer goes to the trial. */
  report(step: number, reward: number, losses?: StepLosses): Decision | Promise<Decision>;
  /** The trial begins anew, since its worker died, hung or was lost. */
  retry(reason: string): void;
  /** Called once by an executor with `queues`: the trial has waited for its turn and begins. Time before that is not the trial's. */
  begin?(): void;
  /** A worker begins with the trial, which may have waited for one. @param worker its name, as people know it. */
  begun?(worker: string): void;
  /** The trial goes on. @param iterations done of its training, where that is known. */
  alive?(iterations: number | undefined): void;
}

/** What becomes of a trial that reported. */
export type Decision = 'continue' | 'stop';

/** Runs trials. */
export interface Executor {
  /** How many trials are handed to it at a time. */
  readonly concurrency: number;
  /** Whether it may let a trial wait for others, and says when it begins. */
  readonly queues?: boolean;
  /** How many of them run at a time, as far as it is known now, where that is another number. */
  readonly slots?: number;
  /**
   * @param signal ends the trial without an outcome: the promise is rejected with the signal's reason.
   * @returns the outcome; a trial that fails is one. Paused, if the task ends before the training does, or if a
   *   report was answered with 'stop'. Rejected where no trial can be run at all.
   */
  run(task: TrialTask, hooks: TrialHooks, signal: AbortSignal): Promise<Outcome | Paused>;
  /** The trial has come to its end, whoever decided that: what was kept to go on with it is not needed any more. */
  forget?(key: string): void;
  close(): Promise<void>;
}

/** The trials of one search, as an executor is made for them. */
export interface ExecutorJob {
  /** Of the run, wherever its folder lies: two processes with the same one are two that search the same run. */
  readonly run: string;
  /** What people call it: its metric and its folder. */
  readonly name: string;
  /** What runs trials on this machine, each in a process of its own. */
  processes(): Executor;
  /** All that another machine needs to run the same trials, besides `files`, its own data and its own code. Holds no secrets. */
  search(): Json;
  /** Files that trials start from: their paths on this machine, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** Tells a person something: that workers are missing, that a connection is lost, and is back. */
  notify(message: string): void;
}

/** The search of another machine, as a worker meets it. */
export interface OfferedSearch {
  readonly name: string;
  /** As its `ExecutorJob` says. */
  readonly search: Json;
  /** Copies of its files, by name. */
  readonly files: Readonly<Record<string, string>>;
  /** A folder of this search alone, in which its paused trainings are kept. */
  readonly paused: string;
}

/** A search that this machine can work for. */
export interface AcceptedSearch {
  /** Makes what runs one trial at a time, in a process of its own. Rejects with `WorkerLost` where that process ends. */
  process(): Executor;
  /** The file in which a paused training waits. */
  pausedFile(key: string): string;
  dispose(): Promise<void>;
}

/** A machine that works for the searches of others. */
export interface Serving {
  /** Trials that run at a time. */
  readonly slots: number;
  /** Ends with the first search that it met. */
  readonly once: boolean;
  /** Where copies of files are kept; removed by the caller. */
  readonly folder: string;
  /**
   * Proves that this machine computes what the search's own machine does.
   * @throws AslError naming what differs.
   */
  accept(offer: OfferedSearch): Promise<AcceptedSearch>;
  /** Tells a person something. */
  notify(message: string): void;
  /** Of an error that is no reason to end. */
  warn(error: unknown): void;
  /** Gives back at once what runs, and ends. */
  readonly signal: AbortSignal;
}

/** Makes what runs the trials of searches. */
export interface ExecutorFactory {
  readonly name: string;
  /** Called before anything is trained. @throws AslError where it could run nothing: the place through which workers are reached does not answer, say. */
  ready?(): Promise<void>;
  create(job: ExecutorJob): Executor;
  /** Works for the searches of other machines until the signal aborts: of executors that reach some. */
  serve?(serving: Serving): Promise<void>;
}

/** The process of a trial ended, or was ended because it hung, without giving a result: another one may fare better. */
export class WorkerLost extends Error {
  override readonly name = 'WorkerLost';
}
