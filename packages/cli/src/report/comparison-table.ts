import type { ScoringOptions } from '@auto-seg-loss/kernel';
import type { CompareResult } from '@auto-seg-loss/runtime';
import { formatMeanDeviation } from '../terminal/mean-deviation.ts';
import { formatTable } from '../terminal/table.ts';
import { coverageText } from './coverage-text.ts';
import { leadsTable } from './leads-table.ts';
import { missedClasses } from './missed-classes.ts';
import { lostText, notesText, scoredOnVal } from './scored-on-val.ts';

const BEST = '*';

/**
 * Losses against metrics: mean ± standard deviation over the seeds, in percent, the best mean of each metric marked; and what
 * the scores rest on.
 * @param mark how the best cell is shown besides its star. @param scoring of all networks; by default as configs say it.
 */
export function comparisonTable(
  { losses, metrics, coverage }: Pick<CompareResult, 'losses' | 'metrics' | 'coverage'>,
  mark: (text: string) => string,
  scoring?: ScoringOptions,
): string {
  const bestOf = (metric: string) =>
    Math.max(...losses.map((loss) => loss.metrics[metric]?.mean ?? Number.NEGATIVE_INFINITY));
  // What is the same for all is no news.
  const rates = new Set(losses.map(({ learningRate }) => learningRate));
  const chosen = losses.some(({ tried }) => tried.length > 0);
  const hasRates = chosen || rates.size > 1;
  const counts = losses.map(({ networks }) => networks.length);
  const hasCounts = new Set(counts).size > 1;
  const rows = losses.map((loss, index) => [
    loss.loss,
    ...(hasRates ? [String(loss.learningRate)] : []),
    ...(hasCounts ? [String(counts[index])] : []),
    ...metrics.map((metric) => {
      const { mean = null, deviation = null } = loss.metrics[metric] ?? {};
      if (mean === null) return 'absent  ';
      const text = formatMeanDeviation({ mean, deviation: deviation ?? undefined });
      return losses.length > 1 && mean === bestOf(metric) ? mark(`${text} ${BEST}`) : `${text}  `;
    }),
  ]);
  const head = ['loss', ...(hasRates ? ['rate'] : []), ...(hasCounts ? ['seeds'] : [])];
  return [
    formatTable([...head, ...metrics.map((metric) => `${metric}  `)], rows),
    scoredOnVal(scoring),
    `${spreadText(counts)}, in percent${losses.length > 1 ? `; ${BEST} best of its column` : ''}`,
    ...(chosen ? ['rate: the learning rate that was best for the loss on held-out training images'] : []),
    ...leadsTable(losses),
    ...(coverage === null
      ? []
      : ['', ...coverageText(coverage, missedClasses(losses.map(({ loss, networks }) => ({ name: loss, networks }))))]),
    ...lostText(lostClassesOf(losses)),
    ...notesText(losses.flatMap(({ networks }) => networks)),
  ].join('\n');
}

function spreadText(counts: readonly number[]): string {
  const [least, most] = [Math.min(...counts), Math.max(...counts)];
  if (most === 1) return 'one seed';
  return `mean ± standard deviation over ${least === most ? most : `${least} to ${most}`} seeds`;
}

function lostClassesOf(losses: CompareResult['losses']): readonly string[] {
  const [first] = losses.flatMap(({ networks }) =>
    networks.flatMap((network) => (network.status === 'complete' ? [network.lostClasses] : [])),
  );
  return first ?? [];
}
