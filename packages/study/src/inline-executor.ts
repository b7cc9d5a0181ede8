import type { Executor, TrialHooks } from './executor.ts';
import type { Outcome, Paused, TrialTask } from './trial.ts';
import { type Report, runTrial, type TrialRunner } from './trial-runner.ts';

/** Runs trials in this process: for tests, and where worker processes cannot be had. */
export class InlineExecutor implements Executor {
  readonly concurrency: number;
  readonly #runner: TrialRunner;

  /** @param concurrency more than 1 only for runners that can have several trials under way. */
  constructor(runner: TrialRunner, concurrency = 1) {
    this.#runner = runner;
    this.concurrency = concurrency;
  }

  /** A trial that is under way when `signal` aborts ends at its next report. */
  async run(task: TrialTask, hooks: TrialHooks, signal: AbortSignal): Promise<Outcome | Paused> {
    signal.throwIfAborted();
    let interrupted = false;
    const report: Report = async (step, reward, losses) => {
      interrupted ||= signal.aborted;
      signal.throwIfAborted();
      return hooks.report(step, reward, losses);
    };
    hooks.begun?.('this process');
    const outcome = await runTrial(this.#runner, task, report, (iterations) => hooks.alive?.(iterations));
    if (interrupted) throw signal.reason;
    return outcome;
  }

  async close(): Promise<void> {
    await this.#runner.dispose?.();
  }
}
