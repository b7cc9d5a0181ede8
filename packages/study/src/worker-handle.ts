import { type ChildProcess, fork } from 'node:child_process';
import { AslError, type Decision, isErrorCode, WorkerLost } from '@auto-seg-loss/kernel';
import type { TrialHooks } from './executor.ts';
import type { Silence } from './silence.ts';
import type { Outcome, Paused, TrialTask } from './trial.ts';
import type { WorkerLog } from './worker-log.ts';
import type { FromWorker, PlainError, ToWorker } from './worker-protocol.ts';

/** How worker processes are started. */
export interface WorkerSetup {
  /** Exports `createRunner`. */
  readonly module: URL;
  /** Handed to `createRunner`; anything that structured clone takes. */
  readonly initData: unknown;
  /** On top of this process's environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Node's own options. */
  readonly execArgv: readonly string[];
  /** null: output is dropped. */
  readonly log: WorkerLog | null;
}

// The compiled entry, whether this module itself runs compiled or from source (as in tests).
const ENTRY: URL = new URL('../dist/worker-process.js', import.meta.url);

/** How long a worker may take to close itself before it is killed. */
const CLOSE_MS = 5_000;

/** One worker process with its runner. It does one thing at a time: start, a trial, close. */
export class WorkerHandle {
  readonly #child: ChildProcess;
  readonly #setup: WorkerSetup;
  /** Settles the thing under way. */
  #settle: { message: (message: FromWorker) => void; death: (reason: string) => void } | null = null;
  #exit: string | null = null;
  /** Settles when the process is gone. */
  readonly exited: Promise<void>;

  /** Starts the process; `ready` is the first thing to be called. */
  constructor(setup: WorkerSetup) {
    const output = setup.log?.descriptor ?? 'ignore';
    this.#setup = setup;
    this.#child = fork(ENTRY, [String(process.pid)], {
      env: { ...process.env, ...setup.env },
      execArgv: [...setup.execArgv],
      stdio: ['ignore', output, output, 'ipc'],
      // Keeps NaN and typed arrays as they are, which JSON would not.
      serialization: 'advanced',
    });
    this.#child.on('message', (message) => this.#settle?.message(message as FromWorker));
    this.exited = new Promise((resolve) => {
      const ended = (reason: string): void => {
        if (!this.alive) return;
        this.#exit = reason;
        setup.log?.line(`worker ${this.pid} ended: ${reason}`);
        this.#settle?.death(reason);
        resolve();
      };
      this.#child.once('error', (error) => ended(error.message));
      // 'close' comes after the last message.
      this.#child.once('close', (code, signal) => ended(signal === null ? `exit code ${code}` : `signal ${signal}`));
    });
    setup.log?.line(`worker ${this.pid} started`);
  }

  /**
   * Waits until the process has made its runner.
   * @throws WorkerLost if it ends first or hangs; the error of `createRunner`; the signal's reason.
   */
  async ready(silence: Silence | null, signal: AbortSignal): Promise<void> {
    const { module, initData } = this.#setup;
    await this.#perform<void>(
      { type: 'init', module: module.href, initData },
      (message, done) => {
        if (message.type === 'ready') done();
        else if (message.type === 'failed') throw restored(message.error, this.#setup);
      },
      silence,
      signal,
    );
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get alive(): boolean {
    return this.#exit === null;
  }

  /**
   * @throws WorkerLost if the process ends or hangs; an AslError that is nobody's trial; the signal's
   * reason. The process is then gone.
   */
  run(
    task: TrialTask,
    hooks: Pick<TrialHooks, 'report' | 'alive'>,
    silence: Silence | null,
    signal: AbortSignal,
  ): Promise<Outcome | Paused> {
    // Answers go in the order of the reports, whichever is known first.
    let answered: Promise<void> = Promise.resolve();
    const answer = (decision: Decision): void => this.#send({ type: 'answer', decision });
    return this.#perform<Outcome | Paused>(
      { type: 'run', task },
      (message, done) => {
        if (message.type === 'outcome') done(message.outcome);
        else if (message.type === 'failed') throw restored(message.error, this.#setup);
        else if (message.type === 'report') {
          const decision = hooks.report(message.step, message.reward, message.losses);
          // A trial that is given up meanwhile needs no answer.
          answered = answered.then(async () => answer(await decision)).catch(() => {});
        } else if (message.type === 'alive') hooks.alive?.(message.iterations);
      },
      silence,
      signal,
    );
  }

  #perform<T>(
    request: ToWorker,
    hear: (message: FromWorker, done: (value: T) => void) => void,
    silence: Silence | null,
    signal: AbortSignal,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const end = (settle: () => void, isSound: boolean): void => {
        this.#settle = null;
        watch?.end(isSound);
        signal.removeEventListener('abort', abort);
        settle();
      };
      const fail = (error: unknown): void => end(() => reject(error), false);
      const abort = (): void => {
        this.kill();
        fail(signal.reason);
      };
      const watch = silence?.watch((seconds) => {
        this.kill();
        fail(new WorkerLost(`the worker process hung: no sign of life for ${formatSeconds(seconds)}`));
      });
      signal.addEventListener('abort', abort, { once: true });
      this.#settle = {
        message: (message) => {
          watch?.heard();
          try {
            hear(message, (value) => end(() => resolve(value), true));
          } catch (error) {
            this.kill();
            fail(error);
          }
        },
        death: (reason) => fail(new WorkerLost(`the worker process ended with ${reason}`)),
      };
      if (signal.aborted) abort();
      else if (this.#exit !== null) this.#settle.death(this.#exit);
      else this.#send(request);
    });
  }

  #send(message: ToWorker): void {
    // Where the channel is gone the process is too, and 'close' says so.
    this.#child.send(message, () => {});
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }

  /** Lets the runner dispose of what it holds, and ends the process; kills it if that takes too long. */
  async close(): Promise<void> {
    if (this.alive) {
      this.#send({ type: 'close' });
      const timer = setTimeout(() => this.kill(), CLOSE_MS);
      await this.exited;
      clearTimeout(timer);
    }
    await this.exited;
  }
}

function formatSeconds(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.round(seconds / 60)} minutes`;
}

function restored(error: PlainError, setup: WorkerSetup): AslError {
  if (isErrorCode(error.code)) {
    return new AslError(error.code, error.message, error.details);
  }
  return new AslError('ASL_SEARCH_FAILED', 'the worker module could not be started', {
    where: setup.module.href,
    received: error.message,
    ...(setup.log === null ? {} : { remedy: `see ${setup.log.path}` }),
  });
}
