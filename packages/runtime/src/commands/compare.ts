import { join, resolve } from 'node:path';
import type { LoadedRun } from '../context.ts';
import { makeFolder, writeFile } from '../run-folder/write-file.ts';
import { runTrainings, type TrainedNetwork, type TrainingJobOptions, type TrainingRequest } from './training-jobs.ts';

export interface CompareOptions extends TrainingJobOptions {
  /** As `resolveLoss` takes them. */
  readonly losses: readonly string[];
  /** Networks for each loss, with seeds 1, 2, …; by default the config's `report.seeds`. */
  readonly seeds?: number;
  /**
   * Of these each loss gets the one that is best for it on training images that are held out, by the config's metric; without
   * them, all get the config's.
   */
  readonly learningRates?: readonly number[];
  /** The folder for the report (compare.json) and for what was trained; without it nothing is written. */
  readonly out?: string;
}

/** A metric over the seeds. */
export interface MetricSummary {
  /** null where no network has the metric. */
  readonly mean: number | null;
  /** Sample standard deviation (n - 1); null for less than two networks. */
  readonly deviation: number | null;
  /** By seed; null where the training failed or the metric is absent. */
  readonly values: readonly (number | null)[];
}

export interface ComparedLoss {
  readonly loss: string;
  readonly learningRate: number;
  /** The mean of the metric at each learning rate that was tried, on held-out training images; null where a training failed. */
  readonly tried: readonly { readonly learningRate: number; readonly value: number | null }[];
  readonly networks: readonly TrainedNetwork[];
  readonly metrics: Readonly<Record<string, MetricSummary>>;
}

export interface CompareResult {
  readonly losses: readonly ComparedLoss[];
  readonly metrics: readonly string[];
  readonly classes: readonly string[];
  readonly seeds: readonly number[];
  /** The path written. */
  readonly report: string | undefined;
}

/**
 * Trains networks with each of several losses and compares them on val. For a seed, all losses start from the same weights and
 * see the same batches. With `out`, what an earlier call left there is not trained again.
 * @throws as `runTrainings`.
 */
export async function compare(loaded: LoadedRun, options: CompareOptions): Promise<CompareResult> {
  const folder = options.out === undefined ? undefined : resolve(options.out);
  if (folder !== undefined) await makeFolder(folder);
  const results = folder === undefined ? null : join(folder, 'trainings');
  const seeds = Array.from({ length: options.seeds ?? loaded.config.report.seeds }, (_, index) => index + 1);
  const names = [...new Set(options.losses)];
  const chosen = await chooseLearningRates(loaded, names, options, results);
  // All losses of a seed before the next seed: an early look at the results is then a fair one.
  const requests = seeds.flatMap((seed) =>
    names.map((loss): TrainingRequest => {
      return { loss, seed, weights: null, scoredOn: 'val', learningRate: chosen.get(loss)?.learningRate ?? null };
    }),
  );
  const { networks, metrics, classes, config } = await runTrainings(loaded, requests, options, results);
  const losses = names.map((loss): ComparedLoss => {
    const own = networks.filter((network) => network.loss === loss);
    return {
      loss,
      learningRate: chosen.get(loss)?.learningRate ?? config.training.learningRate,
      tried: chosen.get(loss)?.tried ?? [],
      networks: own,
      metrics: Object.fromEntries(metrics.map((metric) => [metric, summarize(own, metric)])),
    };
  });
  const report = folder === undefined ? undefined : join(folder, 'compare.json');
  if (report !== undefined) await writeFile(report, `${JSON.stringify({ config, classes, seeds, losses }, null, 2)}\n`);
  return { losses, metrics, classes, seeds, report };
}

type Chosen = Pick<ComparedLoss, 'learningRate' | 'tried'>;

/** Networks for each learning rate: by one alone, luck would choose. */
const RATE_SEEDS = [1, 2, 3];

/** Each loss with each learning rate, on held-out training images. */
async function chooseLearningRates(
  loaded: LoadedRun,
  losses: readonly string[],
  { learningRates = [], ...options }: CompareOptions,
  results: string | null,
): Promise<ReadonlyMap<string, Chosen>> {
  if (learningRates.length === 0) return new Map();
  const requests = RATE_SEEDS.flatMap((seed) =>
    losses.flatMap((loss) =>
      learningRates.map((learningRate): TrainingRequest => {
        return { loss, seed, weights: null, scoredOn: 'held-out', learningRate };
      }),
    ),
  );
  const { networks, metrics } = await runTrainings(loaded, requests, options, results);
  const [metric = ''] = metrics;
  return new Map(
    losses.map((loss): [string, Chosen] => {
      const tried = learningRates.map((learningRate) => {
        const own = networks.filter((network) => network.loss === loss && network.learningRate === learningRate);
        const { values, mean } = summarize(own, metric);
        // A rate at which some trainings fail is no rate to train at.
        return { learningRate, value: values.includes(null) ? null : mean };
      });
      // Of equal ones the first; where none could be trained, the first too: what is wrong shows in the comparison.
      const best = tried.reduce((a, b) => ((b.value ?? -1) > (a.value ?? -1) ? b : a));
      return [loss, { learningRate: best.learningRate, tried }];
    }),
  );
}

function summarize(networks: readonly TrainedNetwork[], metric: string): MetricSummary {
  const values = networks.map((network) =>
    network.status === 'complete' ? (network.metrics[metric]?.value ?? null) : null,
  );
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return { mean: null, deviation: null, values };
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: known.length < 2 ? null : Math.sqrt(squares / (known.length - 1)), values };
}
