import { resolve } from 'node:path';
import type { TrainingEvent, TrainingJobOptions } from '../commands/training-jobs.ts';
import type { Doing, LiveRecord } from './live-record.ts';
import { type LiveContent, LiveWriter } from './live-writer.ts';

type Started = Extract<TrainingEvent, { readonly type: 'trainings-started' }>;

/**
 * Runs trainings; where a folder keeps them, it says there what is being trained.
 * @param run is handed the options with which it is heard of.
 */
export async function liveTrainings<O extends Watched, T>(
  options: O,
  kind: 'comparison' | 'training',
  run: (options: O) => Promise<T>,
): Promise<T> {
  const { out, signal, onEvent } = options;
  if (out === undefined) return run(options);
  const live = new LiveTrainings(resolve(out), kind);
  const hear = (event: TrainingEvent): void => {
    live.hear(event);
    onEvent?.(event);
  };
  return live.of(() => run({ ...options, onEvent: hear }), signal);
}

type Watched = Pick<TrainingJobOptions, 'signal' | 'onEvent'> & { readonly out?: string };

class LiveTrainings {
  readonly #folder: string;
  readonly #kind: LiveRecord['kind'];
  readonly #doing: Map<number, Doing> = new Map();
  #started: Started | undefined;
  #trained = 0;
  #writer: LiveWriter | undefined;

  constructor(folder: string, kind: 'comparison' | 'training') {
    this.#folder = folder;
    this.#kind = kind;
  }

  hear(event: TrainingEvent): void {
    switch (event.type) {
      case 'trainings-started':
        this.#started = event;
        this.#trained = event.found;
        this.#doing.clear();
        // Before, the folder may be another's.
        this.#writer ??= new LiveWriter(this.#folder, () => this.#content());
        break;
      case 'training-started':
        this.#doing.set(event.index, {
          worker: null,
          trial: null,
          round: null,
          loss: event.loss,
          seed: event.seed,
          since: new Date().toISOString(),
          iterations: null,
          until: this.#started?.iterations ?? 0,
        });
        break;
      case 'training-begun':
        this.#now(event.index, { worker: event.worker, since: new Date().toISOString() });
        break;
      case 'training-progress':
        this.#now(event.index, { iterations: event.done });
        break;
      case 'training-finished':
        this.#trained += 1;
        this.#doing.delete(event.index);
        break;
      case 'training-paused':
        this.#doing.delete(event.index);
        break;
      default:
        return;
    }
    this.#writer?.changed();
  }

  /** Runs what is heard of, and says how it ended. @param signal that asks it to end. */
  async of<T>(run: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
    try {
      const result = await run();
      this.#writer?.finished();
      return result;
    } catch (error) {
      if (signal?.aborted === true && error === signal.reason) this.#writer?.stopped();
      else this.#writer?.failed(error);
      throw error;
    }
  }

  #now(index: number, change: Partial<Doing>): void {
    const doing = this.#doing.get(index);
    if (doing !== undefined) Object.assign(doing, change);
  }

  #content(): LiveContent {
    const { engine, iterations = 0, metrics = [], trainings = 0, workers = 0, scoredOn } = this.#started ?? {};
    return {
      kind: this.#kind,
      metric: metrics[0] ?? '',
      engine: engine?.engine ?? 'wasm',
      workers,
      plan: { rounds: null, trainings, again: 0, confirm: 0, iterations },
      trained: this.#trained,
      preparing: scoredOn === 'held-out' ? { job: 'learning-rates', done: this.#trained, of: trainings } : null,
      doing: [...this.#doing.values()],
      waiting: 0,
    };
  }
}
