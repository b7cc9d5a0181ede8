import { join, resolve } from 'node:path';
import { searchedMetrics } from '@auto-seg-loss/config';
import { type RankCorrelation, rankCorrelation, rewardOf } from '@auto-seg-loss/study';
import type { MakeExecutor } from '../jobs/worker-pool.ts';
import { meanRewardOf, measureCandidates } from '../measure/measure-candidates.ts';
import { spreadTrials } from '../measure/spread-trials.ts';
import { runFolder } from '../run-folder/layout.ts';
import { writeFile } from '../run-folder/write-file.ts';
import { movedConfig } from './resumed-config.ts';
import { measuredError } from './resumed-error.ts';
import type { SearchEvent } from './search-events.ts';

export interface FidelityOptions {
  /** How many of the run's trials are measured, spread evenly over their rewards; default 12. */
  readonly candidates?: number;
  /** Iterations of the longer training; default five times those of a trial, or as many where trials keep features. */
  readonly iterations?: number;
  /** Trainings of each candidate, short and long; default 1. */
  readonly repeats?: number;
  readonly workers?: number;
  /** Measures a run from elsewhere that names code. */
  readonly allowCode?: boolean;
  /** Where the data are now, as `--set` takes it; what was measured before counts, if they are the same. */
  readonly set?: readonly string[];
  /** Where a relative `dataset.root` is looked for, if it is not beside the config; by default the current folder. */
  readonly cwd?: string;
  readonly engine?: 'auto' | 'native' | 'wasm';
  /** `stage` says which trainings the events are of. */
  readonly onEvent?: (event: SearchEvent, stage: 'short' | 'long') => void;
  readonly signal?: AbortSignal;
  readonly makeExecutor?: MakeExecutor;
}

/** A trial of the run, measured again. */
export interface FidelityCandidate {
  /** From 1. */
  readonly trial: number;
  readonly theta: readonly number[];
  /** Its reward in the search. */
  readonly searched: number;
  /** Mean reward of new trials, all candidates on the same batches. */
  readonly short: number;
  /** Mean reward after the longer training. */
  readonly long: number;
}

export interface FidelityResult {
  readonly metric: string;
  readonly iterations: { readonly short: number; readonly long: number };
  readonly repeats: number;
  /** Whether the short trainings were of the head alone, on kept features; the longer ones are of all weights always. */
  readonly keptFeatures: boolean;
  /** By their reward after the longer training, the best first. */
  readonly candidates: readonly FidelityCandidate[];
  /** How far the order of rewards in the search is that after longer training; and that of new trials on common batches. */
  readonly correlation: { readonly searched: RankCorrelation; readonly short: RankCorrelation };
  /** The path written. */
  readonly report: string;
}

/**
 * Whether the proxy task of a run can be trusted: trains some of its candidates longer (where trials keep features: all weights of
 * the network), and compares the order of their rewards with that of the short trainings that the search went by. All are scored on the images held out for the reward.
 * What is measured is kept in the run's folder `fidelity`; called again, it goes on.
 * @returns undefined after `signal` aborted.
 * @throws AslError ASL_RUN_FOLDER where there is no run; ASL_NOT_TRUSTED for one from elsewhere that names code; ASL_USAGE for a
 *   change that would make it another search; ASL_SEARCH_FAILED for a run with fewer than five different trials that are complete;
 *   and as `measureCandidates`.
 */
export async function fidelity(path: string, options: FidelityOptions = {}): Promise<FidelityResult | undefined> {
  const { folder } = runFolder(resolve(path));
  const { run, chosen } = await spreadTrials(folder, options.candidates ?? 12, options.allowCode === true);
  const wanted = movedConfig(run, options.set ?? [], options.cwd ?? process.cwd());
  const config = { ...wanted, workers: options.workers ?? wanted.workers };
  const short = config.proxy.iterations;
  const { keptFeatures } = config.proxy;
  const long = options.iterations ?? (keptFeatures === null ? 5 * short : short);
  const repeats = options.repeats ?? 1;
  const measure = async (stage: 'short' | 'long', iterations: number): Promise<readonly number[] | undefined> => {
    // The longer training is of all weights.
    const proxy = { ...config.proxy, iterations, ...(stage === 'long' ? { keptFeatures: null } : {}) };
    const whole = stage === 'long' && keptFeatures !== null ? '-of-all-weights' : '';
    const measured = await measureCandidates(
      { ...run, config: { ...config, pruning: null, proxy } },
      {
        ...options,
        folder: join(folder, 'fidelity', `${iterations}-iterations${whole}-${repeats}-times-${chosen.length}`),
        candidates: chosen.map(({ theta }) => theta),
        repeats,
        dataset: run.dataset,
        warmStart: runFolder(folder).warmStart,
        data: runFolder(folder).data,
        onEvent: (event) => options.onEvent?.(event, stage),
      },
    ).catch((error: unknown) => {
      throw measuredError(error, folder, run);
    });
    return measured?.map(meanRewardOf);
  };
  const shortRewards = await measure('short', short);
  const longRewards = shortRewards === undefined ? undefined : await measure('long', long);
  if (shortRewards === undefined || longRewards === undefined) return undefined;
  const searched = chosen.map(({ outcome }) => rewardOf(outcome));
  const report = join(folder, 'fidelity.json');
  const candidates = chosen
    .map(
      ({ number, theta }, index): FidelityCandidate => ({
        trial: number + 1,
        theta,
        searched: searched[index] as number,
        short: shortRewards[index] as number,
        long: longRewards[index] as number,
      }),
    )
    .toSorted((a, b) => b.long - a.long || a.trial - b.trial);
  const result: FidelityResult = {
    metric: searchedMetrics(config)
      .map(({ use }) => use)
      .join(', '),
    iterations: { short, long },
    repeats,
    keptFeatures: keptFeatures !== null,
    candidates,
    correlation: {
      searched: rankCorrelation(searched, longRewards),
      short: rankCorrelation(shortRewards, longRewards),
    },
    report,
  };
  const { report: _, ...content } = result;
  await writeFile(report, `${JSON.stringify(content, null, 2)}\n`);
  return result;
}
