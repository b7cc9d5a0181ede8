import { TASK } from '../search/search-settings.ts';

/** What looks for losses that are good by two metrics, and how: one search, or several that share its cost. */
export interface Contender {
  readonly name: string;
  /** What of the config is each search's own. */
  readonly searches: readonly Readonly<Record<string, unknown>>[];
}

export const MIOU = { use: 'miou' } as const;
export const BF1 = { use: 'bf1', tolerance: 1 } as const;
const SAMPLES = 6;

/** Of one search alone, so many rounds. */
function searcher(use: 'cma-es' | 'random', rounds: number): Readonly<Record<string, unknown>> {
  return use === 'random' ? { use, rounds, samples: SAMPLES } : { use, rounds, samples: SAMPLES, preselection: 10 };
}

function weighted(first: number): Readonly<Record<string, unknown>> {
  return {
    use: 'weighted',
    metrics: [
      { ...MIOU, weight: first },
      { ...BF1, weight: 1 - first },
    ],
  };
}

/** The same losses for all: those with the form of mIoU. Both metrics are scored in every trial. */
export const COMMON: Readonly<Record<string, unknown>> = { ...TASK, formula: MIOU, 'report.metrics': [MIOU, BF1] };

/** @param rounds of all searches of a contender together; a multiple of 6. */
export function contendersOf(rounds: number): readonly Contender[] {
  const front = { metric: null, metrics: [MIOU, BF1] };
  const alone = (metric: unknown, share: number) => ({ metric, searcher: searcher('cma-es', rounds / share) });
  return [
    { name: 'front', searches: [{ ...front, searcher: searcher('cma-es', rounds) }] },
    { name: 'two single searches', searches: [alone(MIOU, 2), alone(BF1, 2)] },
    { name: 'three weighted sums', searches: [0.25, 0.5, 0.75].map((weight) => alone(weighted(weight), 3)) },
    { name: 'front, random', searches: [{ ...front, searcher: searcher('random', rounds) }] },
  ];
}
