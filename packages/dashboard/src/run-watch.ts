import type { RunStatus } from '@auto-seg-loss/runtime';
import { type FoundRun, findRuns } from './find-runs.ts';
import { contentsOf, statusOf } from './look-at.ts';
import { again } from './pace.ts';
import { recordSignature, resultsSignature } from './run-signature.ts';
import type { RunWords } from './run-words.ts';
import type { ListedRun, RunContents, RunList } from './wire.ts';

/** What is told of a run, or of all. */
export type Told =
  | { readonly event: 'runs'; readonly data: RunList }
  | { readonly event: 'status'; readonly data: ListedRun }
  | { readonly event: 'contents'; readonly data: RunContents }
  /** There is no such run any more, or not yet. */
  | { readonly event: 'gone'; readonly data: null };

export interface WatchOptions {
  /** Without links in its path. */
  readonly root: string;
  readonly allowCode: boolean;
  readonly words: (status: RunStatus) => RunWords;
}

interface Known<T> {
  readonly signature: string;
  readonly value: T;
}

/** Looks at the runs of a folder as long as somebody wants to see them, and anew only at what has changed. */
export class RunWatch {
  readonly #options: WatchOptions;
  readonly #statuses: Map<string, Known<ListedRun>> = new Map();
  readonly #contents: Map<string, Known<RunContents>> = new Map();

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Tells of all runs, now and whenever something of them is other. @returns what ends it. */
  watchAll(tell: (told: Told) => void): () => void {
    const told = onlyChanges(tell);
    return again(async () => {
      const { runs, more } = await findRuns(this.#options.root);
      const listed: ListedRun[] = [];
      for (const run of runs) listed.push(await this.#status(run));
      told({ event: 'runs', data: { folder: this.#options.root, runs: listed, more } });
    });
  }

  /** The same of one run. @param id as the list has it: any other is that of no run. */
  watchOne(id: string, tell: (told: Told) => void): () => void {
    const told = onlyChanges(tell);
    return again(async () => {
      const { runs } = await findRuns(this.#options.root);
      const run = runs.find((one) => one.id === id);
      if (run === undefined) {
        told({ event: 'gone', data: null });
        return;
      }
      told({ event: 'status', data: await this.#status(run) });
      told({ event: 'contents', data: await this.#contentsOf(run) });
    });
  }

  async #status(run: FoundRun): Promise<ListedRun> {
    const known = this.#statuses.get(run.id);
    const signature = `${await resultsSignature(run.folder)} ${await recordSignature(run.folder)}`;
    // Of a run that was going on, its process may have ended without a word.
    if (known?.signature === signature && known.value.shown?.state !== 'running') return known.value;
    const value = await statusOf(run, this.#options.words);
    this.#statuses.set(run.id, { signature, value });
    return value;
  }

  async #contentsOf(run: FoundRun): Promise<RunContents> {
    const known = this.#contents.get(run.id);
    const signature = await resultsSignature(run.folder);
    if (known?.signature === signature) return known.value;
    const value = await contentsOf(run, this.#options.allowCode);
    // Of others nobody may ask again, and they are large.
    this.#contents.clear();
    this.#contents.set(run.id, { signature, value });
    return value;
  }
}

/** Passes on what is other than what was told before. */
function onlyChanges(tell: (told: Told) => void): (told: Told) => void {
  const last = new Map<Told['event'], string>();
  return (told) => {
    const text = JSON.stringify(told.data);
    if (last.get(told.event) === text) return;
    last.set(told.event, text);
    tell(told);
  };
}
