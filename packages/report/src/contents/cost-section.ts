import { isFinished, roundsAgain, type TrialRecord } from '@auto-seg-loss/study';
import type { Cell, Section } from '../page/page-data.ts';
import type { Searched } from './searched.ts';
import { coreHours, trainedShare } from './spent.ts';

/** What a search came to in trials, trainings and core time. */
export function costSection({ view, finalists }: Searched): Section {
  const { rounds, trials, config } = view;
  const repeats = rounds + roundsAgain(config.reevaluation);
  const parts: readonly (readonly [string, readonly TrialRecord[]])[] = [
    ['the search', trials.filter(({ round }) => round < rounds)],
    ['the best, tried again', trials.filter(({ round }) => round >= rounds && round < repeats)],
    ['new trainings of the winner', trials.filter(({ round }) => round >= repeats)],
    ['together', trials],
  ];
  return {
    id: 'cost',
    heading: 'Cost',
    text: [
      `A training is ${config.proxy.iterations} iterations of ${config.proxy.batchSize} images of ${config.proxy.size.join(' × ')} pixels in one thread. One that was stopped early counts with its share; an equal trial is not trained twice. Not counted: the network that trials start from, what guards compare with, and loading.`,
    ],
    charts: [],
    tables: [
      {
        caption: 'Trials, trainings and core time',
        folded: false,
        columns: [
          { name: 'part' },
          { name: 'trials', digits: 0 },
          { name: 'stopped early', digits: 0 },
          { name: 'failed', digits: 0 },
          { name: 'whole trainings', digits: 2 },
          { name: 'core hours', digits: 3 },
        ],
        rows: parts
          .filter(([, own], index) => index === 0 || own.length > 0)
          .filter((_, index, all) => index !== 3 || finalists.candidates.length > 0 || all.length > 2)
          .map(([name, own]): readonly Cell[] => {
            const finished = own.filter(isFinished);
            const count = (status: string): number =>
              finished.filter(({ outcome }) => outcome.status === status).length;
            const trained = finished.filter(({ copyOf }) => copyOf === null);
            const whole = trained.reduce((sum, trial) => sum + trainedShare(trial), 0);
            return [name, finished.length, count('pruned'), count('failed'), whole, coreHours(own)];
          }),
      },
    ],
  };
}
