import { join, resolve } from 'node:path';
import type { RunConfig } from '@auto-seg-loss/config';
import { makeFolder, writeFile } from '../run-folder/write-file.ts';
import { runTrainings, type TrainedNetwork, type TrainingJobOptions } from './training-jobs.ts';

export interface CompareOptions extends TrainingJobOptions {
  /** As `resolveLoss` takes them. */
  readonly losses: readonly string[];
  /** Networks for each loss, with seeds 1, 2, …; by default the config's `report.seeds`. */
  readonly seeds?: number;
  /** The folder for the report (compare.json); without it nothing is written. */
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
 * see the same batches.
 * @throws as `runTrainings`.
 */
export async function compare(
  loaded: { readonly config: RunConfig; readonly baseDir: string },
  options: CompareOptions,
): Promise<CompareResult> {
  const folder = options.out === undefined ? undefined : resolve(options.out);
  if (folder !== undefined) await makeFolder(folder);
  const seeds = Array.from({ length: options.seeds ?? loaded.config.report.seeds }, (_, index) => index + 1);
  const names = [...new Set(options.losses)];
  // All losses of a seed before the next seed: an early look at the results is then a fair one.
  const requests = seeds.flatMap((seed) => names.map((loss) => ({ loss, seed, weights: null })));
  const { networks, metrics, classes, config } = await runTrainings(loaded, requests, options);
  const losses = names.map((loss): ComparedLoss => {
    const own = networks.filter((network) => network.loss === loss);
    return {
      loss,
      networks: own,
      metrics: Object.fromEntries(metrics.map((metric) => [metric, summarize(own, metric)])),
    };
  });
  const report = folder === undefined ? undefined : join(folder, 'compare.json');
  if (report !== undefined) await writeFile(report, `${JSON.stringify({ config, classes, seeds, losses }, null, 2)}\n`);
  return { losses, metrics, classes, seeds, report };
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
