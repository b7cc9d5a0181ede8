import type { FidelityResult } from '@auto-seg-loss/runtime';
import type { RankCorrelation } from '@auto-seg-loss/study';
import { alignColumns } from '../terminal/columns.ts';
import { formatTable } from '../terminal/table.ts';

const percent = (reward: number): string => (100 * reward).toFixed(2);

/** Rewards after short and long training, how far their orders agree, and what that means for a person. */
export function fidelityText(
  { metric, iterations, repeats, keptFeatures, candidates, correlation }: FidelityResult,
  mark: (text: string) => string,
): string {
  const bestShort = Math.max(...candidates.map(({ short }) => short));
  const rows = candidates.map(({ trial, searched, short, long }, index) => [
    `trial ${trial}`,
    percent(searched),
    short === bestShort ? mark(`${percent(short)} *`) : `${percent(short)}  `,
    index === 0 ? mark(`${percent(long)} *`) : `${percent(long)}  `,
  ]);
  const place = candidates.findIndex(({ short }) => short === bestShort);
  const lost = (candidates[0]?.long ?? 0) - (candidates[place]?.long ?? 0);
  const times = repeats === 1 ? 'once' : `${repeats} times, the means`;
  const [head, whole] = keptFeatures ? [' of the head', ' of all weights'] : ['', ''];
  return [
    formatTable(
      [
        'candidate',
        'in the search',
        `${iterations.short} iterations${head}  `,
        `${iterations.long} iterations${whole}  `,
      ],
      rows,
    ),
    `${metric} in percent on the images held out for the reward, each trained ${times}; * the best`,
    '',
    ...alignColumns([
      ['order on common batches', correlationText(correlation.short)],
      ['order in the search', correlationText(correlation.searched)],
      [
        'the best of the short trainings',
        `place ${place + 1} of ${candidates.length} after the longer ones, ${percent(lost)} points below the best`,
      ],
      ['in words', verdict(correlation.short)],
    ]),
  ].join('\n');
}

function correlationText({ rho, interval }: RankCorrelation): string {
  if (rho === null) return 'all rewards are equal: there is no order';
  const range = interval === null ? '' : `, 95 % interval ${interval[0].toFixed(2)} to ${interval[1].toFixed(2)}`;
  return `Spearman’s ρ ${rho.toFixed(2)}${range}`;
}

/** By the interval's lower end: what is sure, not what is likely. */
function verdict({ interval }: RankCorrelation): string {
  const low = interval?.[0] ?? -1;
  if (low > 0.5) return 'the proxy task orders candidates much as longer training does';
  if (low > 0) return 'the proxy task tells good candidates from bad ones, not the best from the good';
  return 'it cannot be told from chance: train longer in the proxy task, or measure more candidates';
}
