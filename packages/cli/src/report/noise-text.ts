import type { NoiseResult } from '@auto-seg-loss/runtime';
import { alignColumns } from '../terminal/columns.ts';
import { formatTable } from '../terminal/table.ts';

const SOURCES: Readonly<Record<NoiseResult['shares'][number]['source'], string>> = {
  images: 'images held out',
  weights: 'first weights',
  batches: 'batches',
  combinations: 'their combinations',
};

const points = (value: number): string => (100 * value).toFixed(2);
const share = (value: number): string => value.toFixed(2);

/** Where the variance of rewards comes from, what trying again is worth, and how far orders agree with longer training. */
export function noiseText({
  metric,
  iterations,
  design,
  losses,
  shares,
  reliability,
  order,
  rewards,
}: NoiseResult): string {
  const trials = rewards[0]?.length ?? 0;
  const drawn = design.sources.map(({ source, levels }) => `${levels} × ${SOURCES[source]}`).join(', ');
  const single = order.single.map(({ share: at, rho }) => [
    at === 1 ? 'one trial' : `one trial, stopped at ${100 * at} %`,
    rho === null ? 'none' : share(rho),
  ]);
  const { rho, interval } = order.means;
  const range = interval === null ? '' : `, 95 % interval ${share(interval[0])} to ${share(interval[1])}`;
  return [
    formatTable(
      ['a reward owes to', 'all losses alike', 'each in its own way'],
      [
        ['the loss', '', points(losses)],
        ...shares.map(({ source, alike, own }) => [SOURCES[source], points(alike), points(own)]),
      ],
    ),
    `standard deviations of ${metric} in points; ${design.losses} losses, ${drawn}`,
    '',
    formatTable(
      ['of what tells losses apart, is their worth', 'on the same images', 'images change'],
      reliability.map((each) => [
        each.trials === 1 ? 'one trial' : `the mean of ${each.trials}`,
        share(each.same),
        share(each.changing),
      ]),
    ),
    'shares of the variance between losses; with proxy.reward.folds the images held out change from round to round',
    '',
    `Spearman’s ρ with the order after ${iterations.long} iterations (trials have ${iterations.short}):`,
    ...alignColumns([
      ...single,
      [`the mean of all ${trials}`, rho === null ? 'all are equal: there is no order' : `${share(rho)}${range}`],
    ]),
  ].join('\n');
}
