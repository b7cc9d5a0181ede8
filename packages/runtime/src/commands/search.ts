import type { RunConfig } from '@auto-seg-loss/config';
import type { AslError } from '@auto-seg-loss/kernel';
import type { LossFile } from '@auto-seg-loss/loss-file';
import type { LoadedRun } from '@auto-seg-loss/plugin-host';
import type { StudyResult, TrialRecord } from '@auto-seg-loss/study';
import type { MakeExecutor } from '../jobs/worker-pool.ts';
import type { FoundFront } from './found-front.ts';
import type { Winner } from './found-loss.ts';
import { readySearch } from './new-search.ts';
import { runReady } from './ready-search.ts';
import { readyToGoOn } from './resumed-run.ts';
import type { SearchEvent } from './search-events.ts';

export interface SearchOptions {
  /** The run folder, new or empty; by default the next free `runs/<metric>-<number>` beside the config. */
  readonly out?: string;
  /** auto: native if it is installed, else WebAssembly. */
  readonly engine?: 'auto' | 'native' | 'wasm';
  readonly onEvent?: (event: SearchEvent) => void;
  /** Ends the search early; what is finished is kept, and `resumeSearch` goes on. */
  readonly signal?: AbortSignal;
  /** What runs the trials: worker processes by default. */
  readonly makeExecutor?: MakeExecutor;
}

export interface SearchResult {
  readonly status: 'complete' | 'interrupted';
  readonly folder: string;
  /** Where the config's relative paths start. */
  readonly baseDir: string;
  /** Where its packages were found from. */
  readonly packagesFrom: string;
  /** Whether going on with it, and using its loss, takes --allow-code: it names code, and lies outside of the project. */
  readonly needsAllowCode: boolean;
  readonly config: RunConfig;
  /** The name of the one that a loss was searched for; of several, theirs. */
  readonly metric: string;
  /** Their names: one, or those of a front. */
  readonly metrics: readonly string[];
  /** What was found, and its loss file; undefined for an interrupted search, and where none is named. */
  readonly found: { readonly loss: LossFile; readonly path: string; readonly winner: Winner } | undefined;
  /** Of a search for several metrics all that was found, `found` among it; undefined of another, and where no loss is named. */
  readonly front: FoundFront | undefined;
  /** Why none is named, though the search came to its end: its rewards do not tell losses apart. */
  readonly failure: AslError | undefined;
  readonly best: StudyResult['best'];
  /** What was tried again, the best first. */
  readonly finalists: StudyResult['finalists'];
  /** What the first of them is worth, from rounds that nothing was chosen by. */
  readonly estimate: StudyResult['estimate'];
  /** The searcher's trials that were begun, by number. */
  readonly trials: readonly TrialRecord[];
  /** Whether the data set has val images, on which the loss can be compared with others. */
  readonly comparable: boolean;
  /** Class names, in the order of the metrics' values. */
  readonly classes: readonly string[];
  /** What a person should know of the data and of the result, in sentences. */
  readonly warnings: readonly string[];
}

/**
 * Searches a loss: trains the warm start, runs the trials in worker processes, and writes `loss.json` into the run folder.
 * This process computes no tensors.
 * Where config or data are refused before anything was trained, it leaves nothing.
 * @returns with `failure`, and no loss, where rewards do not differ between losses.
 * @throws AslError for what is wrong with plugins, data, engine or run folder; ASL_SEARCH_FAILED where no trial can be scored.
 */
export async function search(loaded: LoadedRun, options: SearchOptions = {}): Promise<SearchResult> {
  return runReady(await readySearch(loaded, options), options);
}

export interface ResumeOptions extends Omit<SearchOptions, 'out'> {
  /** Another number of processes: it does not change the result. */
  readonly workers?: number;
  /** Goes on although data, plugins or engine are others than before. */
  readonly acceptChange?: boolean;
  /** Goes on with a run from elsewhere that names code. */
  readonly allowCode?: boolean;
  /** Changes of the config, as `--set` takes them: more rounds, and where the data are. */
  readonly set?: readonly string[];
  /** Where a relative `dataset.root` is looked for, if it is not beside the config; by default the current folder. */
  readonly cwd?: string;
}

/**
 * Goes on with a search where it ended; a finished one names its loss again. With more rounds, a search that was at its end goes
 * on with them, as if it had had them from the beginning: what it named is tried anew beside what is found.
 * @throws AslError ASL_RUN_FOLDER where there is no run; ASL_RUN_CHANGED where data, plugins or engine are others than before, or
 *   the run's `config.json` was edited; ASL_USAGE for a change that would make it another search; ASL_STATE_CORRUPT for a damaged
 *   store or warm start; ASL_NOT_TRUSTED for a run from elsewhere that names code; and as `search`.
 */
export async function resumeSearch(path: string, options: ResumeOptions = {}): Promise<SearchResult> {
  return runReady(await readyToGoOn(path, options), options);
}
