import { candidateName } from '@auto-seg-loss/runtime';
import type { Finalist } from '@auto-seg-loss/study';
import { formatMeanDeviation, meanDeviation } from '../terminal/mean-deviation.ts';
import { formatTable } from '../terminal/table.ts';

const NAMED = '*';

/**
 * What was tried again: the reward that each candidate was chosen for, and those of its repeats, in percent.
 * @param finalists the best first; it is marked.
 */
export function finalistTable(finalists: readonly Finalist[], mark: (text: string) => string): string {
  const rows = finalists.map((finalist, index) => {
    const { trial, rewards } = finalist;
    const summary = meanDeviation(rewards);
    const again = summary === undefined ? '' : formatMeanDeviation(summary);
    return [
      candidateName(finalist),
      trial === null || trial.outcome.status === 'failed' ? 'not tried' : (100 * trial.outcome.reward).toFixed(2),
      index === 0 ? mark(`${again} ${NAMED}`) : `${again}  `,
    ];
  });
  return formatTable(['candidate', 'in the search', 'tried again  '], rows);
}
