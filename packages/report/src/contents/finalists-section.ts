import { candidateName } from '@auto-seg-loss/runtime';
import { estimateOf, rewardOf, scoresAgain } from '@auto-seg-loss/study';
import type { RepeatsChart, Section } from '../page/page-data.ts';
import { inPercent } from './estimate-in-percent.ts';
import type { Searched } from './searched.ts';
import { times } from './words.ts';

type Row = RepeatsChart['metrics'][number]['rows'][number];

/** What the best came to when they were tried again. */
export function finalistsSection(searched: Searched): readonly Section[] {
  const { view, finalists, winner, front } = searched;
  if (front !== null) return scoresAgainSection(searched);
  const { candidates, confirmed } = finalists;
  if (candidates.length === 0 || winner === undefined) return [];
  const named = candidates.map(candidateName);
  const rivals = candidates.flatMap(({ rival }) => (rival === undefined ? [] : [rival]));
  const rows = candidates.map(({ repeats }, index) =>
    rowOf(
      named[index] ?? '',
      repeats.map(({ outcome }) => rewardOf(outcome)),
    ),
  );
  const measured = rowOf(
    'the winner, new trainings',
    confirmed.map(({ outcome }) => rewardOf(outcome)),
  );
  const all = confirmed.length === 0 ? rows : [...rows, measured];
  return [
    {
      id: 'finalists',
      heading: 'The best, tried again',
      text: [
        `The best trials, ${rivals.length === 0 ? 'and what the searcher recommends' : `what the searcher recommends and the hand-made losses of the space (${rivals.join(', ')})`}, were trained ${times(candidates[0]?.repeats.length ?? 0, 'time')} more with other batches and first weights, side by side. The best of these is named.`,
        ...(winner.rival === undefined
          ? []
          : [`The hand-made loss ${winner.rival} was better than all that the search found, and is what is named.`]),
        ...(confirmed.length === 0
          ? []
          : ['It was chosen by those rewards; what it is worth is said by new trainings that nothing was chosen by.']),
      ],
      charts: [
        {
          description: `${times(all.length, 'row')} of rewards; the first is of ${named[0]}, mean ${rows[0]?.mean?.toFixed(2)} %.`,
          drawn: {
            kind: 'repeats',
            metrics: [{ name: view.metric, rows: all }],
            intervals: '95 % interval of the mean',
          },
        },
      ],
      tables: [
        {
          caption: 'Rewards of the candidates',
          folded: false,
          columns: [
            { name: 'candidate' },
            { name: 'in the search, %', digits: 2 },
            { name: 'mean again, %', digits: 2 },
            { name: 'from, %', digits: 2 },
            { name: 'to, %', digits: 2 },
            { name: 'rewards, %' },
          ],
          rows: all.map((row, index) => {
            const trial = candidates[index]?.trial ?? null;
            const [low = null, high = null] = row.interval ?? [];
            const searched = trial === null ? null : 100 * rewardOf(trial.outcome);
            return [row.name, searched, row.mean, low, high, row.values.map((value) => value?.toFixed(2)).join(', ')];
          }),
        },
      ],
    },
  ];
}

/** The same by several metrics. */
function scoresAgainSection({ view, finalists }: Searched): readonly Section[] {
  const { candidates, confirmed } = finalists;
  if (candidates.length === 0) return [];
  const { metrics } = view;
  const last = confirmed.map((trial) => scoresAgain(trial, metrics.length));
  const all = [
    ...candidates.map(({ trial, scores }) => ({
      name: trial === null ? 'recommended' : `trial ${trial.number + 1}`,
      scores: scores ?? [],
    })),
    ...(last.length === 0 ? [] : [{ name: 'the knee, new trainings', scores: last }]),
  ];
  const rowsBy = (axis: number): readonly Row[] =>
    all.map(({ name, scores }) =>
      rowOf(
        name,
        scores.map((one) => one[axis] ?? 0),
      ),
    );
  return [
    {
      id: 'finalists',
      heading: 'The best, tried again',
      text: [
        `Trials of the front, and where it has too few those next behind it, were trained ${times(candidates[0]?.repeats.length ?? 0, 'time')} more with other batches and first weights, side by side. The front of their means is named; first stands its knee, then the rest of the front.`,
      ],
      charts: [
        {
          description: `${times(all.length, 'row')} of scores, by one metric at a time.`,
          drawn: {
            kind: 'repeats',
            metrics: metrics.map((name, axis) => ({ name, rows: rowsBy(axis) })),
            intervals: '95 % interval of the mean',
          },
        },
      ],
      tables: [
        {
          caption: 'Scores of the candidates',
          folded: true,
          columns: [
            { name: 'candidate' },
            { name: 'metric' },
            { name: 'mean again, %', digits: 2 },
            { name: 'from, %', digits: 2 },
            { name: 'to, %', digits: 2 },
            { name: 'scores, %' },
          ],
          rows: metrics.flatMap((metric, axis) =>
            rowsBy(axis).map(({ name, mean, interval, values }) => {
              const [low = null, high = null] = interval ?? [];
              return [name, metric, mean, low, high, values.map((value) => value?.toFixed(2)).join(', ')];
            }),
          ),
        },
      ],
    },
  ];
}

function rowOf(name: string, rewards: readonly number[]): Row {
  if (rewards.length === 0) return { name, values: [], mean: null, interval: null };
  return { name, values: rewards.map((reward) => 100 * reward), ...inPercent(estimateOf(rewards)) };
}
