import type { ReportedTrial } from '@auto-seg-loss/report/trials';
import { formatMeanDeviation, meanDeviation } from '../terminal/mean-deviation.ts';
import { formatTable } from '../terminal/table.ts';

const BEST = '*';

/**
 * A search round by round: rewards in percent, the best round marked.
 * @param mark how the best cell is shown besides its star.
 */
export function roundTable(trials: readonly ReportedTrial[], mark: (text: string) => string): string {
  const rounds = [...new Set(trials.map(({ round }) => round))];
  const rewardsOf = (round: number) =>
    trials.filter((trial) => trial.round === round && trial.status === 'complete').map(({ reward }) => reward);
  const highest = Math.max(...rounds.flatMap(rewardsOf));
  const rows = rounds.map((round) => {
    const rewards = rewardsOf(round);
    const all = trials.filter((trial) => trial.round === round);
    const summary = meanDeviation(rewards);
    const best = rewards.length === 0 ? '' : (100 * Math.max(...rewards)).toFixed(2);
    const failed = all.filter(({ status }) => status === 'failed').length;
    return [
      String(round + 1),
      `${rewards.length} of ${all.length}`,
      summary === undefined ? '' : formatMeanDeviation(summary),
      rewards.includes(highest) ? mark(`${best} ${BEST}`) : `${best}  `,
      failed === 0 ? '' : String(failed),
    ];
  });
  return formatTable(['round', 'complete', 'mean ± deviation', 'best  ', 'failed'], rows);
}
