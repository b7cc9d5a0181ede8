import { searchesTerms, termWords } from '@auto-seg-loss/runtime';
import type { Section } from '../page/page-data.ts';
import type { Searched } from './searched.ts';
import { originOf } from './winner.ts';

/** What the winner is the sum of, where more than curves was searched. */
export function termsSection({ view, winner }: Searched): readonly Section[] {
  if (!searchesTerms(view.config)) return [];
  const terms = winner === undefined ? undefined : view.terms(winner.theta);
  if (winner === undefined || terms === undefined) return [];
  return [
    {
      id: 'terms',
      heading: 'What the winner is made of',
      text: [
        `The loss is the weighted sum of these (${originOf(winner)}). What the search could have mixed in and is missing here has the weight 0.`,
      ],
      charts: [],
      tables: [
        {
          caption: 'Terms of the winner',
          folded: false,
          columns: [{ name: 'term' }, { name: 'weight', digits: 4 }, { name: 'what was searched of it' }],
          rows: termWords(terms, view.config).map(({ name, weight, options }) => [name, weight, options.join(', ')]),
        },
      ],
    },
  ];
}
