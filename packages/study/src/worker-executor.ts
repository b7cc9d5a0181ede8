import { AslError, WorkerLost } from '@auto-seg-loss/kernel';
import type { Executor, TrialHooks } from './executor.ts';
import { Silence } from './silence.ts';
import type { Outcome, Paused, TrialTask } from './trial.ts';
import { WorkerHandle, type WorkerSetup } from './worker-handle.ts';
import { WorkerLog } from './worker-log.ts';

export interface WorkerExecutorOptions {
  /** A module that exports `createRunner` (CreateRunner). */
  readonly module: URL;
  /** Handed to `createRunner` in each process; anything that structured clone takes. */
  readonly initData: unknown;
  /** Processes, at least 1. */
  readonly workers: number;
  /** Environment variables of the processes, on top of this one's: threads of numeric libraries and the like. */
  readonly env?: Readonly<Record<string, string>>;
  /** Node's options for the processes; none by default. */
  readonly execArgv?: readonly string[];
  /**
   * A process whose trial gives no sign of life for so long counts as hung. (For longer, if trials that came to their end were
   * silent for long.) null for no limit; default 30 minutes.
   */
  readonly silenceMs?: number | null;
  /** The same of a process that loads the module and makes its runner. */
  readonly startSilenceMs?: number;
  /**
   * Whether a trial whose process dies is retried here, once; by default it is. Else `run` rejects with WorkerLost, and whoever
   * handed it out decides.
   */
  readonly retries?: boolean;
  /** Where the processes' output is appended; dropped without it, or where that is not possible. */
  readonly logFile?: string;
  /** Hears once why the output cannot be kept. */
  readonly onLogLost?: (reason: string) => void;
}

/** Far more than what the slowest machine takes for a few iterations, or to read a data set: it is for what never ends. */
const HUNG_MS = 30 * 60_000;
const ATTEMPTS = 2;

/**
 * Runs trials in worker processes, which are started when first needed and keep their runner for all their trials.
 *
 * A process that dies or hangs during a trial is replaced and the trial retried once; if that kills its worker too, the
 * trial has failed. The processes end with this one, however it ends. (Why not a pool from npm: docs/decisions.)
 */
export class WorkerExecutor implements Executor {
  readonly concurrency: number;
  readonly #setup: WorkerSetup;
  readonly #silence: Silence | null;
  readonly #startSilence: Silence;
  readonly #retries: boolean;
  /** All processes that live. */
  readonly #workers: Set<WorkerHandle> = new Set();
  readonly #idle: WorkerHandle[] = [];
  #busy = 0;
  readonly #waiting: (() => void)[] = [];

  constructor(options: WorkerExecutorOptions) {
    if (!(Number.isInteger(options.workers) && options.workers >= 1)) {
      throw new AslError('ASL_ARGUMENT_INVALID', 'that is no number of worker processes', {
        where: 'workers',
        expected: 'an integer, at least 1',
        received: String(options.workers),
      });
    }
    this.concurrency = options.workers;
    this.#setup = {
      module: options.module,
      initData: options.initData,
      env: options.env ?? {},
      execArgv: options.execArgv ?? [],
      log: options.logFile === undefined ? null : new WorkerLog(options.logFile, options.onLogLost ?? (() => {})),
    };
    this.#silence = options.silenceMs === null ? null : new Silence(options.silenceMs ?? HUNG_MS);
    this.#startSilence = new Silence(options.startSilenceMs ?? HUNG_MS);
    this.#retries = options.retries ?? true;
  }

  async run(task: TrialTask, hooks: TrialHooks, signal: AbortSignal): Promise<Outcome | Paused> {
    signal.throwIfAborted();
    await this.#takeSlot();
    try {
      return await this.#attempt(task, hooks, signal);
    } finally {
      this.#busy -= 1;
      this.#waiting.shift()?.();
    }
  }

  async #takeSlot(): Promise<void> {
    while (this.#busy >= this.concurrency) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#busy += 1;
  }

  async #attempt(task: TrialTask, hooks: TrialHooks, signal: AbortSignal): Promise<Outcome | Paused> {
    for (let attempt = 1; ; attempt++) {
      const worker = await this.#worker(signal);
      try {
        hooks.begun?.(`process ${worker.pid}`);
        const outcome = await worker.run(task, hooks, this.#silence, signal);
        this.#idle.push(worker);
        return outcome;
      } catch (error) {
        if (!(error instanceof WorkerLost)) throw error;
        this.#setup.log?.line(`trial ${task.number + 1}, attempt ${attempt}: ${error.message}`);
        if (!this.#retries) throw error;
        if (attempt === ATTEMPTS) return { status: 'failed', error: `${error.message}, ${ATTEMPTS} times` };
        hooks.retry(error.message);
      }
    }
  }

  /** An idle process, or a new one. */
  async #worker(signal: AbortSignal): Promise<WorkerHandle> {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop()) {
      if (idle.alive) return idle;
    }
    for (let attempt = 1; ; attempt++) {
      const worker = new WorkerHandle(this.#setup);
      this.#workers.add(worker);
      void worker.exited.then(() => this.#workers.delete(worker));
      try {
        await worker.ready(this.#startSilence, signal);
        return worker;
      } catch (error) {
        if (!(error instanceof WorkerLost)) throw error;
        if (attempt === ATTEMPTS) throw this.#notStarted(error);
      }
    }
  }

  #notStarted(error: WorkerLost): AslError {
    const { log, module } = this.#setup;
    return new AslError('ASL_SEARCH_FAILED', 'worker processes end before they are ready', {
      where: module.href,
      received: error.message,
      remedy: log === null ? 'check the memory that is left' : `check the memory that is left; see ${log.path}`,
      cause: error,
    });
  }

  /** Ends all processes. To be called when no trial runs. */
  async close(): Promise<void> {
    await Promise.all([...this.#workers].map((worker) => worker.close()));
    this.#setup.log?.close();
  }
}
