import type { RunStatus } from '@auto-seg-loss/runtime';
import { type FoundRun, findRuns, isStillThere } from './find-runs.ts';
import { contentsOf, statusOf } from './look-at.ts';
import { again, Paced } from './pace.ts';
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

/** So long a list is not waited for that has runs which are slow to look at. */
const PATIENCE_MS = 500;

/** Looks at the runs of a folder as long as somebody wants to see them, and anew only at what has changed. */
export class RunWatch {
  readonly #options: WatchOptions;
  readonly #statuses: Paced<ListedRun> = new Paced();
  readonly #contents: Paced<RunContents> = new Paced();
  readonly #found: Paced<Awaited<ReturnType<typeof findRuns>>> = new Paced();

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** Tells of all runs, now and whenever something of them is other. @returns what ends it. */
  watchAll(tell: (told: Told) => void): () => void {
    const told = onlyChanges(tell);
    return again(async () => {
      const { runs, more } = await this.#find();
      const tellList = (): void => {
        const listed = runs.map(({ id }) => this.#statuses.known(id) ?? { id, shown: null, problem: null });
        told({ event: 'runs', data: { folder: this.#options.root, runs: listed, more } });
      };
      let waited = performance.now();
      for (const run of runs) {
        await this.#status(run);
        if (performance.now() - waited < PATIENCE_MS) continue;
        tellList();
        waited = performance.now();
      }
      tellList();
    });
  }

  /** The same of one run. @param id as the list has it: any other is that of no run. */
  watchOne(id: string, tell: (told: Told) => void): () => void {
    const told = onlyChanges(tell);
    let run: FoundRun | undefined;
    return again(async () => {
      if (run === undefined || !(await isStillThere(run))) run = (await this.#find()).runs.find((one) => one.id === id);
      if (run === undefined) {
        told({ event: 'gone', data: null });
        return;
      }
      told({ event: 'status', data: await this.#status(run) });
      told({ event: 'contents', data: await this.#contentsOf(run) });
    });
  }

  #find(): ReturnType<typeof findRuns> {
    const { root } = this.#options;
    return this.#found.of(root, null, () => findRuns(root));
  }

  async #status(run: FoundRun): Promise<ListedRun> {
    const signature = `${await resultsSignature(run.folder)} ${await recordSignature(run.folder)}`;
    // Of a run that was going on, the process may have ended without a word.
    const isRunning = this.#statuses.known(run.id)?.shown?.state === 'running';
    return this.#statuses.of(run.id, isRunning ? null : signature, () => statusOf(run, this.#options.words));
  }

  async #contentsOf(run: FoundRun): Promise<RunContents> {
    const signature = await resultsSignature(run.folder);
    // Of others nobody may ask again, and they are large.
    this.#contents.keepOnly(run.id);
    return this.#contents.of(run.id, signature, () => contentsOf(run, this.#options.allowCode));
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
