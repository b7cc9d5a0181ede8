import { join, resolve } from 'node:path';
import { searchedMetrics } from '@auto-seg-loss/config';
import { AslError } from '@auto-seg-loss/kernel';
import { type RankCorrelation, rewardOf } from '@auto-seg-loss/study';
import type { Cell } from '../jobs/worker-init.ts';
import { type MeasuredTrial, measureDesign } from '../measure/measure-candidates.ts';
import { meanOrder, type NoiseDesign, type NoiseTable, noiseTable, orderOfMeans } from '../measure/noise-table.ts';
import { spreadTrials } from '../measure/spread-trials.ts';
import { runFolder } from '../run-folder/layout.ts';
import { writeFile } from '../run-folder/write-file.ts';
import type { FidelityOptions } from './fidelity.ts';
import { movedConfig } from './resumed-config.ts';
import { measuredError } from './resumed-error.ts';
import type { SearchEvent } from './search-events.ts';

export interface NoiseOptions extends Omit<FidelityOptions, 'repeats' | 'onEvent'> {
  /** How often first weights and batches are drawn; default 2 each. */
  readonly draws?: number;
  /** Into how many folds the training images are divided, each of which gives the rewards once; default 4. */
  readonly folds?: number;
  /** `stage` says which trainings the events are of. */
  readonly onEvent?: (event: SearchEvent, stage: 'short' | 'long') => void;
}

export interface NoiseResult extends NoiseTable {
  readonly metric: string;
  readonly iterations: { readonly short: number; readonly long: number };
  readonly design: NoiseDesign;
  /** How far orders of the losses agree with that of the longer trainings, whose means over all folds are taken. */
  readonly order: {
    /** Of single trials, stopped at a share of their iterations: the mean of Spearman's ρ. */
    readonly single: readonly { readonly share: number; readonly rho: number | null }[];
    /** Of the means of all trials. */
    readonly means: RankCorrelation;
  };
  /** Trials that were measured, by their numbers in the run, from 1; and their rewards: as in the design, slowest first. */
  readonly trials: readonly number[];
  readonly rewards: readonly (readonly number[])[];
  /** The path written. */
  readonly report: string;
}

/** Where rewards are taken on the way. */
const RUNGS = [0.25, 0.5];

/**
 * Where the variance of a run's rewards comes from: trains some of its losses in all combinations of first weights, batches and
 * images held out, and a few of them longer. What is measured is kept in the run's folder `noise`; called again, it goes on.
 * @returns undefined after `signal` aborted. @throws as `fidelity`.
 */
export async function noise(path: string, options: NoiseOptions = {}): Promise<NoiseResult | undefined> {
  const { folder } = runFolder(resolve(path));
  const { run, chosen } = await spreadTrials(folder, options.candidates ?? 6, options.allowCode === true);
  const wanted = movedConfig(run, options.set ?? [], options.cwd ?? process.cwd());
  const { draws = 2, folds = 4, iterations: long = 5 * wanted.proxy.iterations } = options;
  const { reward, warmStart } = wanted.proxy;
  const config = {
    ...wanted,
    workers: options.workers ?? wanted.workers,
    pruning: null,
    guards: [],
    proxy: { ...wanted.proxy, reward: { ...reward, folds } },
  };
  if (wanted.proxy.keptFeatures !== null && warmStart !== null) throw keptFeaturesOfFolds();
  // A network that all trials start from leaves nothing to be drawn.
  const weights = warmStart === null ? draws : 1;
  const design: NoiseDesign = {
    losses: chosen.length,
    sources: [
      { source: 'images', levels: folds },
      ...(weights === 1 ? [] : [{ source: 'weights', levels: weights } as const]),
      { source: 'batches', levels: draws },
    ],
  };
  const measure = async (stage: 'short' | 'long'): Promise<readonly (readonly MeasuredTrial[])[] | undefined> => {
    const isShort = stage === 'short';
    const iterations = isShort ? config.proxy.iterations : long;
    const cells = isShort ? cellsOf(folds, weights, draws) : cellsOf(folds, 1, 1);
    // As in fidelity, the longer training is of all weights.
    const proxy = { ...config.proxy, iterations, ...(isShort ? {} : { keptFeatures: null }) };
    return measureDesign(
      { ...run, config: { ...config, proxy } },
      {
        ...options,
        folder: join(folder, 'noise', `${iterations}-iterations-${chosen.length}-losses-${cells.length}-times`),
        candidates: chosen.map(({ theta }) => theta),
        repeats: cells.length,
        cells,
        ...(isShort ? { rungs: RUNGS } : {}),
        dataset: run.dataset,
        onEvent: (event) => options.onEvent?.(event, stage),
      },
    ).catch((error: unknown) => {
      throw measuredError(error, folder, run);
    });
  };
  const short = await measure('short');
  const longer = short === undefined ? undefined : await measure('long');
  if (short === undefined || longer === undefined) return undefined;
  const rewards = short.map((own) => own.map(({ trial }) => rewardOf(trial.outcome)));
  const target = longer.map((own) => meanOf(own.map(({ trial }) => rewardOf(trial.outcome))));
  const cellwise = (of: (measured: MeasuredTrial) => number): readonly (readonly number[])[] =>
    (short[0] ?? []).map((_, cell) => short.map((own) => of(own[cell] as MeasuredTrial)));
  const report = join(folder, 'noise.json');
  const result: NoiseResult = {
    metric: searchedMetrics(config)
      .map(({ use }) => use)
      .join(', '),
    iterations: { short: config.proxy.iterations, long },
    design,
    ...noiseTable(design, rewards.flat()),
    order: {
      single: [
        ...RUNGS.map((share, rung) => ({
          share,
          rho: meanOrder(
            cellwise(({ atRungs }) => atRungs[rung] as number),
            target,
          ),
        })),
        {
          share: 1,
          rho: meanOrder(
            cellwise(({ trial }) => rewardOf(trial.outcome)),
            target,
          ),
        },
      ],
      means: orderOfMeans(rewards, target),
    },
    trials: chosen.map(({ number }) => number + 1),
    rewards,
    report,
  };
  const { report: _, ...content } = result;
  await writeFile(report, `${JSON.stringify(content, null, 2)}\n`);
  return result;
}

function keptFeaturesOfFolds(): AslError {
  return new AslError('ASL_CONFIG_INVALID', 'noise cannot be measured where features are kept of a warm start', {
    where: 'proxy.keptFeatures',
    expected: 'trials that train all weights, or that begin with the weights that the network names',
    received: 'an encoder of a warm start, of which each fold would have another',
    remedy: 'begin a search with proxy.keptFeatures or proxy.warmStart set to null, and measure that one',
  });
}

/** All combinations, in the order of the design. */
function cellsOf(folds: number, weights: number, batches: number): readonly Cell[] {
  return Array.from({ length: folds * weights * batches }, (_, cell) => ({
    division: Math.floor(cell / (weights * batches)),
    weights: Math.floor(cell / batches) % weights,
    batches: cell % batches,
  }));
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
