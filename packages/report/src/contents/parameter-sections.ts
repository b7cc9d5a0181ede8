import { isCandidate, rewardOf } from '@auto-seg-loss/study';
import type { Section } from '../page/page-data.ts';
import { pedAnova } from './ped-anova.ts';
import type { Searched } from './searched.ts';
import { times } from './words.ts';

/** Of the trials, those that stand out. */
const TOP = 0.1;

/** More lines cannot be told apart, and keep a browser busy. */
const MOST_LINES = 1_000;

/** Where in the unit cube good rewards are, and which coordinates matter for that. */
export function parameterSections({ view, trials }: Searched): readonly Section[] {
  // A trial that learns θ while it trains shows nothing of a single one.
  const tried = trials.filter(({ descent }) => descent === null);
  const complete = tried.filter(isCandidate).toSorted((a, b) => rewardOf(a.outcome) - rewardOf(b.outcome));
  const [first] = complete;
  if (first === undefined) return [];
  const axes = view.coordinates;
  const metric = view.metrics.length > 1 ? `mean of ${view.metric}` : view.metric;
  const top = Math.max(1, Math.ceil(TOP * complete.length));
  const every = Math.ceil(complete.length / MOST_LINES);
  const lines = complete.map(({ number, theta, outcome }) => ({
    number: number + 1,
    reward: Number((100 * rewardOf(outcome)).toFixed(3)),
    theta: theta.map((value) => Math.round(1000 * value)),
  }));
  const points = tried.map((trial) => ({
    theta: trial.theta,
    reward: isCandidate(trial) ? rewardOf(trial.outcome) : null,
  }));
  return [
    {
      id: 'parameters',
      heading: 'Parameters and rewards',
      text: [
        `Each line is a trial that was trained to its end: its place in the unit cube, coordinate by coordinate, and its reward. The best ${times(top, 'trial')} are drawn thick. Drag along an axis to pick trials by it, click beside what is picked to let it go.${every === 1 ? '' : ` From the best on, one of every ${every} trials is drawn.`}`,
      ],
      charts: [
        {
          description: `${times(complete.length, 'trial')} of ${times(axes.length, 'coordinate')}, rewards from ${lines[0]?.reward.toFixed(2)} to ${lines.at(-1)?.reward.toFixed(2)} %.`,
          drawn: { kind: 'parallel', axes, reward: `${metric}, %`, trials: lines, top, every },
        },
      ],
      tables: [
        {
          caption: 'Trials by reward',
          folded: true,
          columns: [
            { name: 'trial', digits: 0 },
            { name: `${metric}, %`, digits: 2 },
            ...axes.map((name) => ({ name, digits: 3 })),
          ],
          rows: 'chart',
        },
      ],
    },
    importanceSection(axes, points),
  ];
}

function importanceSection(axes: readonly string[], points: Parameters<typeof pedAnova>[0]): Section {
  const heading = { id: 'importance', heading: 'Which coordinates matter' };
  const importances = pedAnova(points);
  if (importances === undefined) {
    return {
      ...heading,
      text: [
        `${times(points.length, 'trial')} are too few to tell: at least 21 are needed, more where many stop early.`,
      ],
      charts: [],
      tables: [],
    };
  }
  const shares = importances
    .map(({ share, interval }, axis) => ({
      name: axes[axis] ?? '',
      value: 100 * share,
      interval: [100 * interval[0], 100 * interval[1]] as const,
    }))
    .toSorted((a, b) => b.value - a.value);
  return {
    ...heading,
    text: [
      'By PED-ANOVA (Watanabe, Bansal and Hutter 2023): how far the best tenth of the trials are from all that were tried, along each coordinate by itself, as a share of the sum. Lines reach over 95 % of resamples of the trials: where they overlap, the order says little.',
    ],
    charts: [
      {
        description: `Most by ${shares[0]?.name} (${shares[0]?.value.toFixed(1)} %), least by ${shares.at(-1)?.name} (${shares.at(-1)?.value.toFixed(1)} %).`,
        drawn: { kind: 'shares', of: 'share of the importance, %', shares },
      },
    ],
    tables: [
      {
        caption: 'Importance of each coordinate',
        folded: true,
        columns: [
          { name: 'coordinate' },
          { name: 'share, %', digits: 2 },
          { name: 'from, %', digits: 2 },
          { name: 'to, %', digits: 2 },
        ],
        rows: shares.map(({ name, value, interval }) => [name, value, ...interval]),
      },
    ],
  };
}
