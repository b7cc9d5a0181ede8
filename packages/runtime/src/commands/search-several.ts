import type { LoadedRun } from '@auto-seg-loss/plugin-host';
import { SharedSlots } from '@auto-seg-loss/study';
import { type MakeExecutor, workerProcesses } from '../jobs/worker-pool.ts';
import { readySearch } from './new-search.ts';
import type { BegunSearch, ReadySearch } from './ready-search.ts';
import { readyToGoOn } from './resumed-run.ts';
import type { ResumeOptions, SearchResult } from './search.ts';
import type { SearchEvent } from './search-events.ts';
import { SeveralLeft } from './several-left.ts';

/** One of several searches: a new one, or one that goes on. */
export type OneOfSeveral = {
  /** What it is called among them; no two are called the same. */
  readonly name: string;
} & (
  | {
      /** Reads its config. What that throws is told together with what is wrong with others. */
      readonly load: () => Promise<LoadedRun>;
      /** As of `search`. */
      readonly out?: string;
    }
  | {
      /** Its run folder. */
      readonly resume: string;
    }
);

/** What applies to all of them; `accept…`, `allow…`, `set` and `cwd` to those that go on. */
export interface SeveralOptions extends Omit<ResumeOptions, 'onEvent'> {
  /** Trials at once, of all searches together; by default as many as the config has that has most. */
  readonly workers?: number;
  /** What happens in each: `workers` are those that all share, `secondsLeft` are until all have ended. */
  readonly onEvent?: (name: string, event: SearchEvent) => void;
  /** Called as each ends, and waited for; what it throws is the failure of that search. */
  readonly onEnd?: (name: string, result: SearchResult) => Promise<void>;
  /** Called as one fails; the others go on. */
  readonly onFailure?: (name: string, error: unknown) => void;
}

/** What became of one of them. */
export type EndedSearch = { readonly name: string; readonly folder: string } & (
  | { readonly result: SearchResult }
  | { readonly error: unknown }
);

interface Refusal {
  readonly name: string;
  readonly error: unknown;
}

/** Some of several searches cannot be begun; none was. */
export class SeveralRefused extends Error {
  override readonly name = 'SeveralRefused';
  /** By search, in their order. */
  readonly errors: readonly Refusal[];

  constructor(errors: readonly Refusal[]) {
    super(`these searches cannot be begun: ${errors.map(({ name }) => name).join(', ')}`);
    this.errors = errors;
  }
}

/**
 * Runs several searches at once, which share worker slots. Each comes to what it would come to alone. One that fails does not
 * end the others.
 * @returns what became of each, in their order. @throws SeveralRefused with what is wrong with all of them, before anything is
 *   trained, and with nothing left behind; the signal's reason before that.
 */
export async function searchSeveral(
  searches: readonly OneOfSeveral[],
  options: SeveralOptions = {},
): Promise<readonly EndedSearch[]> {
  const ready = await readyAll(searches, options);
  const slots = options.workers ?? Math.max(1, ...ready.map(({ search }) => search.workers));
  return runAll(await beginAll(ready), slots, options);
}

interface Ready {
  readonly one: OneOfSeveral;
  readonly search: ReadySearch;
}

async function readyAll(searches: readonly OneOfSeveral[], options: SeveralOptions): Promise<readonly Ready[]> {
  const ready: Ready[] = [];
  const errors: Refusal[] = [];
  for (const one of searches) {
    if (options.signal?.aborted === true) break;
    try {
      ready.push({ one, search: await readyOf(one, options) });
    } catch (error) {
      errors.push({ name: one.name, error });
    }
  }
  if (ready.length === searches.length) return ready;
  for (const { search } of ready) await search.dispose();
  options.signal?.throwIfAborted();
  throw new SeveralRefused(errors);
}

async function readyOf(one: OneOfSeveral, options: SeveralOptions): Promise<ReadySearch> {
  return 'resume' in one ? readyToGoOn(one.resume, options) : readySearch(await one.load(), options);
}

interface Begun {
  readonly name: string;
  readonly search: BegunSearch;
}

async function beginAll(ready: readonly Ready[]): Promise<readonly Begun[]> {
  const begun: Begun[] = [];
  const errors: Refusal[] = [];
  for (const { one, search } of ready) {
    try {
      begun.push({ name: one.name, search: await search.begin('resume' in one ? undefined : one.out) });
    } catch (error) {
      errors.push({ name: one.name, error });
      await search.dispose();
    }
  }
  if (errors.length === 0) return begun;
  for (const { search } of begun) await search.withdraw();
  throw new SeveralRefused(errors);
}

function runAll(all: readonly Begun[], slots: number, options: SeveralOptions): Promise<readonly EndedSearch[]> {
  const { makeExecutor = workerProcesses, onEnd, onFailure, signal } = options;
  const shared = new SharedSlots(slots);
  const left = new SeveralLeft(
    all.map(({ name }) => name),
    slots,
  );
  const run = async ({ name, search }: Begun): Promise<EndedSearch> => {
    const ended = { name, folder: search.folder };
    const sharing: MakeExecutor = (init, _workers, ...log) =>
      shared.executor({ make: () => makeExecutor(init, 1, ...log), left: () => left.of(name) });
    const onEvent = (event: SearchEvent): void => {
      left.hear(name, event);
      options.onEvent?.(name, ofAll(event, slots, left.all));
    };
    try {
      const result = await search.run({ makeExecutor: sharing, onEvent, ...(signal === undefined ? {} : { signal }) });
      await onEnd?.(name, result);
      return { ...ended, result };
    } catch (error) {
      onFailure?.(name, error);
      return { ...ended, error };
    } finally {
      left.ended(name);
    }
  };
  return Promise.all(all.map(run));
}

function ofAll(event: SearchEvent, workers: number, secondsLeft: number | null): SearchEvent {
  if (event.type === 'run-opened') return { ...event, workers };
  return event.type === 'trial-finished' ? { ...event, secondsLeft } : event;
}
