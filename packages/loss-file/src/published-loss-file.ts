import { type PublishedLoss, readFormula } from '@auto-seg-loss/formula';
import type { Metric } from '@auto-seg-loss/kernel';
import type { CurvesTerm, LossFile } from './loss-file.ts';

/**
 * A published loss as a loss file.
 * @param metric the metric that it names, made with the options that it was found with: its formula names the curves.
 */
export function publishedLossFile(published: PublishedLoss, metric: Metric): LossFile {
  const { slots } = readFormula(metric);
  const term: CurvesTerm = {
    weight: 1,
    temperature: 1,
    absent: 'zero',
    metric: { use: published.metric, ...published.options },
    surrogate: { use: 'bezier', pieces: published.pieces },
    constraints: [{ use: 'truth-table' }, { use: 'monotonicity' }],
    curves: published.curves.map((points, index) => ({ name: slots[index]?.name ?? `curve ${index}`, points })),
  };
  return { terms: [term] };
}
