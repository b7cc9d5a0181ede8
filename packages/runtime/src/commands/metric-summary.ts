import type { TrainedNetwork } from './training-jobs.ts';

/** A metric over the seeds. */
export interface MetricSummary {
  /** null where no network has the metric. */
  readonly mean: number | null;
  /** Sample standard deviation (n - 1); null for less than two networks. */
  readonly deviation: number | null;
  /** By seed; null where the training failed or the metric is absent. */
  readonly values: readonly (number | null)[];
}

/** A metric of networks that differ in their seeds. */
export function summarizeMetric(networks: readonly TrainedNetwork[], metric: string): MetricSummary {
  const values = networks.map((network) =>
    network.status === 'complete' ? (network.metrics[metric]?.value ?? null) : null,
  );
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return { mean: null, deviation: null, values };
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: known.length < 2 ? null : Math.sqrt(squares / (known.length - 1)), values };
}
