import type { SearchView } from '@auto-seg-loss/runtime';
import { finalistsOf } from '@auto-seg-loss/runtime';
import { isFinished } from '@auto-seg-loss/study';
import type { PageData } from '../page/page-data.ts';
import { searchedClassesSection } from './classes-section.ts';
import { costSection } from './cost-section.ts';
import { curvesSections } from './curves-sections.ts';
import { searchEnvironmentSection } from './environment-section.ts';
import { finalistsSection } from './finalists-section.ts';
import { frontSection } from './front-section.ts';
import { parameterSections } from './parameter-sections.ts';
import { rewardsSection } from './rewards-section.ts';
import { type Searched, searcherTrials } from './searched.ts';
import { shownFront } from './shown-front.ts';
import { termsSection } from './terms-section.ts';
import { winnerOf } from './winner.ts';
import { times } from './words.ts';

/**
 * The page of a search, as far as it has come. Equal searches give equal pages, but for how long things took.
 * @param isLive whether it goes on as the search does: else it says that it does not.
 */
export async function searchPage(view: SearchView, isLive = false): Promise<PageData> {
  const { metric, config, rounds } = view;
  const finalists = finalistsOf(view.trials, rounds, config.reevaluation, view.rivals);
  const trials = searcherTrials(view);
  const front = shownFront(view, finalists);
  const searched: Searched = { view, trials, finalists, winner: winnerOf(view, finalists, front), front };
  return {
    title: `Search for ${metric}`,
    subtitle: [
      ...spaceWords(view),
      `${config.searcher.use}, seed ${config.seed}`,
      `${times(trials.length, 'trial')} in ${times(new Set(trials.map(({ round }) => round)).size, 'round')}`,
      ...(searched.winner === undefined ? [] : [searched.winner.text]),
    ].join(' · '),
    notices: noticesOf(searched, isLive),
    sections: [
      front === null ? rewardsSection(searched) : frontSection(searched, front),
      ...(await curvesSections(searched)),
      ...termsSection(searched),
      ...parameterSections(searched),
      ...finalistsSection(searched),
      ...searchedClassesSection(searched),
      costSection(searched),
      searchEnvironmentSection(view),
    ],
  };
}

/** What is searched, where it is not the curves of the metric alone. */
function spaceWords({ metric, formula, config }: SearchView): readonly string[] {
  const { searchSpace, mix } = config;
  return [
    ...(searchSpace === null ? [] : [`searches the loss ${searchSpace.use}`]),
    ...(searchSpace !== null || formula.name === metric ? [] : [`relaxes ${formula.name}`]),
    ...(mix.length === 0 ? [] : [`mixed with ${mix.map(({ use }) => use).join(', ')}`]),
  ];
}

function noticesOf({ view, finalists, winner }: Searched, isLive: boolean): readonly string[] {
  const { planned, trials, loss, accepted } = view;
  const finished = trials.filter(isFinished).length;
  const named = loss?.theta !== undefined && JSON.stringify(loss.theta) === JSON.stringify(winner?.theta);
  const isComplete = named && finished === trials.length && (planned.confirm === 0 || finalists.confirmed.length > 0);
  const all = planned.searched + planned.again + planned.confirm;
  return [
    ...(isComplete || isLive
      ? []
      : [
          `This search is not at its end, or named no loss: ${finished} of at most ${all} trials have an outcome. The page shows what the run folder held when it was made.`,
        ]),
    ...(!named && loss !== undefined
      ? [
          'The loss.json in the folder is not the best that is known by now: the search has gone on since it was written.',
        ]
      : []),
    ...accepted.map(
      (change) =>
        `After ${times(change.finished, 'trial')} the search went on with another engine, other plugins or other data.`,
    ),
  ];
}
