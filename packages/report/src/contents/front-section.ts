import type { Estimate, FinishedTrial } from '@auto-seg-loss/study';
import type { Cell, FrontChart, Section } from '../page/page-data.ts';
import type { Searched } from './searched.ts';
import type { ShownFront } from './shown-front.ts';
import { list, percent, times } from './words.ts';

/** What all trials score by several metrics, and the losses of the front. */
export function frontSection({ view, trials, finalists }: Searched, front: ShownFront): Section {
  const { metrics } = view;
  const { losses, knee, confirmed, hypervolume, isTriedAgain } = front;
  const of = isTriedAgain ? 'front, means of new trainings' : 'front so far';
  const at = losses[knee];
  const inWords = metrics.map((metric, axis) => `${metric} ${percent(at?.scores[axis] ?? 0)}`);
  return {
    id: 'front',
    heading: 'The front',
    text: [
      `Each trial trains a small network with a candidate loss, which is scored by ${list(metrics)} on training images that are held out. On the front are the losses to which no other is better by one metric without being worse by another; the further up and to the right, the better.`,
      isTriedAgain
        ? 'A single score of the best of many is too good to be true: the front is that of means over new trainings, with other batches and first weights, and may lie below single trials.'
        : 'These are the scores by which the trials were chosen, too good to be true: nothing was tried again yet.',
      'The knee is the loss furthest from the line between the ends of the front, each metric scaled to its range along it (Das 1999).',
      ...(confirmed === null
        ? []
        : [
            `What the knee is worth is said by ${times(finalists.confirmed.length, 'new training')} that nothing was chosen by: the last row of the table.`,
          ]),
    ],
    charts: [
      {
        description: `${times(losses.length, 'loss', 'losses')} on the front of ${times(trials.length, 'trial')}; its knee at ${list(inWords)} (${at?.place ?? ''}). Hypervolume ${percent(hypervolume)}: so much of the square of all scores is no better than one of them.`,
        drawn: {
          kind: 'front',
          metrics,
          trials: trials.map(rowOf),
          front: losses.map(({ scores }, index) => ({ name: String(index + 1), scores: scores.map(inPercent) })),
          knee,
          of,
        } satisfies FrontChart,
      },
    ],
    tables: [
      {
        caption: 'Losses of the front, with 95 % intervals',
        folded: false,
        columns: [
          { name: 'loss' },
          { name: 'from' },
          ...metrics.flatMap((metric) => [
            { name: `${metric}, %`, digits: 2 },
            { name: 'from, %', digits: 2 },
            { name: 'to, %', digits: 2 },
          ]),
          { name: 'trainings', digits: 0 },
        ],
        rows: [
          ...losses.map(({ place, worth }, index) =>
            worthRow(`${index + 1}${index === knee ? ', the knee' : ''}`, place, worth),
          ),
          ...(confirmed === null ? [] : [worthRow('the knee again', 'new trainings', confirmed)]),
        ],
      },
      {
        caption: 'Trials',
        folded: true,
        columns: [
          { name: 'trial', digits: 0 },
          { name: 'round', digits: 0 },
          { name: 'status' },
          ...metrics.map((metric) => ({ name: `${metric}, %`, digits: 2 })),
        ],
        rows: 'chart',
      },
    ],
  };
}

function worthRow(name: string, from: string, worth: readonly Estimate[]): readonly Cell[] {
  const cells = worth.flatMap(({ mean, interval }) => {
    const [low = null, high = null] = (interval ?? []).map(inPercent);
    return [inPercent(mean), low, high];
  });
  return [name, from, ...cells, worth[0]?.rewards.length ?? null];
}

function inPercent(share: number): number {
  return Number((100 * share).toFixed(3));
}

function rowOf({ number, round, outcome }: FinishedTrial): FrontChart['trials'][number] {
  const scores = outcome.status === 'failed' ? null : (outcome.scores ?? []).map(inPercent);
  return [number + 1, round + 1, outcome.status, scores];
}
