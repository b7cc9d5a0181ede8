import { formatMeanDeviation, meanDeviation } from '../terminal/mean-deviation.ts';
import { formatTable } from '../terminal/table.ts';

/** What the networks trained with one loss reached. */
export interface ComparedLoss {
  readonly loss: string;
  /** The values of each metric, in [0, 1], a value a seed; null where the metric has none. */
  readonly values: Readonly<Record<string, readonly (number | null)[]>>;
}

const BEST = '*';

/**
 * Losses against metrics: mean ± standard deviation over the seeds, in percent, the best mean of each metric marked.
 * @param mark how the best cell is shown besides its star.
 */
export function comparisonTable(losses: readonly ComparedLoss[], mark: (text: string) => string): string {
  const metrics = [...new Set(losses.flatMap(({ values }) => Object.keys(values)))];
  const seeds = Math.max(0, ...losses.flatMap(({ values }) => Object.values(values).map((all) => all.length)));
  const columns = metrics.map((metric) => {
    const summaries = losses.map(({ values }) =>
      meanDeviation((values[metric] ?? []).filter((value): value is number => value !== null)),
    );
    const best = Math.max(...summaries.map((summary) => summary?.mean ?? Number.NEGATIVE_INFINITY));
    return summaries.map((summary) => {
      if (summary === undefined) return 'absent  ';
      const text = formatMeanDeviation(summary);
      return losses.length > 1 && summary.mean === best ? mark(`${text} ${BEST}`) : `${text}  `;
    });
  });
  const rows = losses.map(({ loss }, row) => [loss, ...columns.map((column) => column[row] ?? '')]);
  const spread = seeds > 1 ? `mean ± standard deviation over ${seeds} seeds, ` : 'one seed, ';
  return [
    formatTable(['loss', ...metrics.map((metric) => `${metric}  `)], rows),
    `${spread}in percent${losses.length > 1 ? `; ${BEST} best of its column` : ''}`,
  ].join('\n');
}
