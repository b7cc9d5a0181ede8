import { iterationAt } from '@auto-seg-loss/kernel';
import type { Executor, TrialHooks } from '@auto-seg-loss/study';
import type { SearchEvent } from '../commands/search-events.ts';
import type { Doing } from './live-record.ts';
import { type LiveContent, LiveWriter } from './live-writer.ts';

type Opened = Extract<SearchEvent, { readonly type: 'run-opened' }>;
type Planned = Extract<SearchEvent, { readonly type: 'trainings-planned' }>;

/** Says in the run folder what a search is doing, from its events and from what its executor is given to run. */
export class LiveSearch {
  readonly #rounds: number;
  readonly #doing: Set<{ -readonly [K in keyof Doing]: Doing[K] }> = new Set();
  /** Trials that wait for their turn. */
  #waiting = 0;
  /** How many trials run side by side, where workers come and go. */
  #slots: (() => number) | undefined;
  #opened: Opened | undefined;
  #planned: Planned | undefined;
  #preparing: LiveContent['preparing'] = null;
  #writer: LiveWriter | undefined;

  /** @param rounds of the searcher. */
  constructor(rounds: number) {
    this.#rounds = rounds;
  }

  hear(event: SearchEvent): void {
    switch (event.type) {
      case 'run-opened':
        this.#opened = event;
        return;
      case 'trainings-planned':
        this.#planned = event;
        this.#begin();
        return;
      case 'preparation-started':
        this.#preparing = { job: event.job, done: 0, of: event.iterations };
        break;
      case 'preparation-progress':
        this.#preparing = { job: event.job, done: event.done, of: event.iterations };
        break;
      case 'preparation-finished':
        this.#preparing = null;
        break;
      default:
        return;
    }
    this.#writer?.changed();
  }

  /** An executor that does the same, and is watched. */
  watch(executor: Executor): Executor {
    const queues = executor.queues === true;
    // All that there is of both interfaces, so that none of it is lost on the way.
    const watched: Required<Executor> = {
      concurrency: executor.concurrency,
      queues,
      get slots() {
        return executor.slots ?? executor.concurrency;
      },
      forget: (key) => executor.forget?.(key),
      close: () => executor.close(),
      run: async (task, hooks, signal) => {
        const doing: Doing = {
          worker: null,
          trial: task.number + 1,
          round: task.round + 1,
          loss: null,
          seed: null,
          since: new Date().toISOString(),
          iterations: null,
          until: iterationAt(task.until, this.#planned?.iterations ?? 0),
        };
        const now = (change: Partial<Doing>): void => {
          Object.assign(doing, change);
          this.#writer?.changed();
        };
        let waits = false;
        const wait = (is: boolean): void => {
          this.#waiting += Number(is) - Number(waits);
          waits = is;
          // What waits for its turn is nothing that anybody does.
          if (is) this.#doing.delete(doing);
          else this.#doing.add(doing);
          now({ since: new Date().toISOString() });
        };
        wait(queues);
        const heard: Required<TrialHooks> = {
          report: (...report) => hooks.report(...report),
          begin: () => {
            wait(false);
            hooks.begin?.();
          },
          retry: (reason) => {
            now({ worker: null, iterations: null });
            // Of workers that come and go none is started for it.
            wait(executor.slots !== undefined);
            hooks.retry(reason);
          },
          begun: (worker) => {
            now({ worker });
            wait(false);
            hooks.begun?.(worker);
          },
          alive: (iterations) => {
            if (iterations !== undefined) now({ iterations });
            hooks.alive?.(iterations);
          },
        };
        try {
          return await executor.run(task, heard, signal);
        } finally {
          wait(true);
          this.#waiting -= 1;
          now({});
        }
      },
    };
    this.#slots = () => watched.slots;
    return watched;
  }

  stopped(): void {
    this.#writer?.stopped();
  }

  failed(error: unknown): void {
    this.#writer?.failed(error);
  }

  finished(): void {
    this.#writer?.finished();
  }

  #begin(): void {
    const [opened, planned] = [this.#opened, this.#planned];
    if (opened === undefined || planned === undefined) return;
    const plan = {
      rounds: this.#rounds,
      trainings: planned.searched,
      again: planned.again,
      confirm: planned.confirm,
      iterations: planned.iterations,
    };
    this.#writer = new LiveWriter(opened.folder, () => ({
      kind: 'search',
      metric: opened.metric,
      engine: opened.engine.engine,
      workers: this.#slots?.() ?? opened.workers,
      plan,
      trained: null,
      preparing: this.#preparing,
      doing: [...this.#doing],
      waiting: this.#waiting,
    }));
  }
}
