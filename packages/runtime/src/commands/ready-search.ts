import type { SearchOptions, SearchResult } from './search.ts';

/** A search that was found sound, from its config to its data: nothing of it is written or trained yet. */
export interface ReadySearch {
  /** As its config has it. */
  readonly workers: number;
  /**
   * Makes its place on the disk, or changes there what it goes on with.
   * @param out the run folder of a new one. @throws AslError; then it is still to be disposed of.
   */
  begin(out?: string): Promise<BegunSearch>;
  /** Where it is not begun. */
  dispose(): Promise<void>;
}

/** A search that has a run folder, and its lock. Either `run` or `withdraw` is called, once. */
export interface BegunSearch {
  readonly folder: string;
  /** @throws AslError as `search`. */
  run(options: Omit<SearchOptions, 'out' | 'engine'>): Promise<SearchResult>;
  /** Leaves the folder as it was before, where it is a new search's; one that goes on stays where it is. */
  withdraw(): Promise<void>;
}

/** Begins one and runs it. */
export async function runReady(ready: ReadySearch, options: SearchOptions): Promise<SearchResult> {
  const begun = await ready.begin(options.out).catch(async (error: unknown) => {
    await ready.dispose();
    throw error;
  });
  return begun.run(options);
}
