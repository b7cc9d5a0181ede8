import type { CompareResult } from '@auto-seg-loss/runtime';
import { formatMeanDeviation } from '../terminal/mean-deviation.ts';
import { formatTable } from '../terminal/table.ts';

const BEST = '*';

/**
 * Losses against metrics: mean ± standard deviation over the seeds, in percent, the best mean of each metric marked.
 * @param mark how the best cell is shown besides its star.
 */
export function comparisonTable(
  { losses, metrics, seeds }: Pick<CompareResult, 'losses' | 'metrics' | 'seeds'>,
  mark: (text: string) => string,
): string {
  const bestOf = (metric: string) =>
    Math.max(...losses.map((loss) => loss.metrics[metric]?.mean ?? Number.NEGATIVE_INFINITY));
  // Where all have the config's learning rate, it is no news.
  const chosen = losses.some(({ tried }) => tried.length > 0);
  const rows = losses.map((loss) => [
    loss.loss,
    ...(chosen ? [String(loss.learningRate)] : []),
    ...metrics.map((metric) => {
      const { mean = null, deviation = null } = loss.metrics[metric] ?? {};
      if (mean === null) return 'absent  ';
      const text = formatMeanDeviation({ mean, deviation: deviation ?? undefined });
      return losses.length > 1 && mean === bestOf(metric) ? mark(`${text} ${BEST}`) : `${text}  `;
    }),
  ]);
  const spread = seeds.length > 1 ? `mean ± standard deviation over ${seeds.length} seeds` : 'one seed';
  return [
    formatTable(['loss', ...(chosen ? ['rate'] : []), ...metrics.map((metric) => `${metric}  `)], rows),
    `on val, ${spread}, in percent${losses.length > 1 ? `; ${BEST} best of its column` : ''}`,
    ...(chosen ? ['rate: the learning rate that was best for the loss on held-out training images'] : []),
  ].join('\n');
}
