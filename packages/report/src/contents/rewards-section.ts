import type { RewardPoint, RewardsChart, Section } from '../page/page-data.ts';
import { rewardRange } from '../picture/reward-series.ts';
import { inPercent } from './estimate-in-percent.ts';
import type { Searched } from './searched.ts';
import { rewardsBySpending } from './spent.ts';
import { percent, times } from './words.ts';

/** The reward of every trial against what it cost, with the best so far. */
export function rewardsSection({ view, trials, finalists, winner }: Searched): Section {
  const points = rewardsBySpending(trials);
  const count = (status: string): number => points.filter((point) => point.status === status).length;
  const noise = finalists.noise;
  const last = points.at(-1);
  const worth = winner?.worth == null ? null : inPercent(winner.worth);
  const description = [
    `${times(trials.length, 'trial')}: ${count('complete')} trained to their end, ${count('pruned')} stopped early, ${count('failed')} failed.`,
    ...(last?.best == null ? [] : [`The best reward rises to ${last.best.toFixed(2)} %.`]),
  ].join(' ');
  return {
    id: 'rewards',
    heading: 'Rewards',
    text: [
      `Each trial trains a small network with a candidate loss; its reward is its ${view.metric} on training images that are held out. The best so far was chosen among noisy rewards, and is too good to be true.`,
      ...(noise === null
        ? []
        : [
            `Trained again with other batches and first weights, the same loss comes out otherwise: the standard deviation of one training is ${(100 * noise).toFixed(2)} points: the dotted lines beside the best so far.`,
          ]),
      worthText(winner),
    ],
    charts: [
      {
        description,
        drawn: {
          kind: 'rewards',
          metric: view.metric,
          trials: points.map(({ number, round, status, reward, best, trainings, hours }) => [
            number,
            round,
            status,
            reward,
            best,
            trainings,
            hours,
          ]),
          range: rangeOf(points, worth, noise === null ? 0 : 100 * noise),
          worth,
          noise: noise === null ? null : 100 * noise,
          winner: winner?.trial == null ? null : winner.trial.number + 1,
        },
      },
    ],
    tables: [
      {
        caption: 'Trials',
        folded: true,
        columns: [
          { name: 'trial', digits: 0 },
          { name: 'round', digits: 0 },
          { name: 'status' },
          { name: 'reward, %', digits: 2 },
          { name: 'best so far, %', digits: 2 },
          { name: 'trainings so far', digits: 2 },
          { name: 'core hours so far', digits: 3 },
        ],
        rows: 'chart',
      },
    ],
  };
}

/** Of all that is drawn, in percent. */
function rangeOf(
  points: readonly RewardPoint[],
  worth: RewardsChart['worth'],
  noise: number,
): readonly [number, number] {
  const rewards = points.flatMap(({ status, reward }) =>
    status === 'complete' && reward !== null ? [reward / 100] : [],
  );
  const [low, high] = rewardRange(rewards);
  const best = points.at(-1)?.best ?? 100 * high;
  const [from, to] = worth?.interval ?? [worth?.mean ?? best, worth?.mean ?? best];
  return [
    Math.max(0, Math.floor(Math.min(100 * low, from))),
    Math.min(100, Math.ceil(Math.max(100 * high, to, best + noise))),
  ];
}

function worthText(winner: Searched['winner']): string {
  if (winner === undefined) return 'No trial is complete.';
  if (winner.worth === null) return 'Nothing that the winner was not chosen by says yet what it is worth.';
  const { mean, interval, rewards } = winner.worth;
  const between = interval === null ? '' : ` (95 % interval ${percent(interval[0])} to ${percent(interval[1])})`;
  return `What the winner is worth was measured in ${times(rewards.length, 'new training')}: ${percent(mean)}${between}, drawn across the chart.`;
}
