import { type PriorTrial, Random, type Searcher, type SearcherFactory, type TrialResult } from '@auto-seg-loss/kernel';
import fc from 'fast-check';
import { type Law, law } from '../law/law.ts';
import { demand } from '../law/law-broken.ts';
import { showOptions, type Variant } from '../variants.ts';
import { concaveReward } from './history.ts';
import { FALSE_ALARM } from './improvement-law.ts';
import { mostFailures } from './most-failures.ts';

const SEARCHES = 30;
const DIMENSIONS = 4;
/** Of its rounds, those that a misled search has to find back. */
const ROUNDS = 6;
const PRIOR_TRIALS = 24;
/** It is asked to find back in this share of searches. */
const RECOVERING = 0.85;

interface Input {
  readonly seed: number;
}

/**
 * A prior may be wrong: here it ranks points the other way round, so that what it thinks most of is about the worst there is. A
 * search that learns from priors still comes to recommend what is better than the start that it would have had without.
 *
 * Start and peak are 0.2 to 0.4 apart in each coordinate. The number of failures that is accepted is the smallest that a binomial
 * count of 30 searches exceeds with a probability of at most 10⁻⁹.
 */
export function priorLaw(variants: readonly Variant<SearcherFactory>[]): Law {
  const [variant] = variants;
  const accepted = mostFailures(SEARCHES, 1 - RECOVERING, FALSE_ALARM);
  return law<Input>({
    name: 'misled',
    statement: `With a prior whose order is reversed, what it recommends after ${ROUNDS} rounds beats the start in at least ${SEARCHES - accepted} of ${SEARCHES} searches.`,
    skip: whySkipped(variant),
    share: 0.01,
    inputs: fc.record({ seed: fc.nat(1_000_000) }),
    show: ({ seed }) =>
      [...(variant === undefined ? [] : showOptions(variant)), `searches seeded from ${seed}`].join('\n'),
    holds: ({ seed }) => {
      let failures = 0;
      for (let search = 0; search < SEARCHES; search++) {
        const random = Random.fromSeed(`${seed}/${search}`);
        if (!findsBack(variant as Variant<SearcherFactory>, random)) failures += 1;
      }
      demand(failures <= accepted, `it did not in ${failures} of ${SEARCHES} searches`, { failures, accepted });
    },
  });
}

function findsBack({ product }: Variant<SearcherFactory>, random: Random): boolean {
  const start = Array.from({ length: DIMENSIONS }, () => 0.4 + 0.2 * random.uniform());
  const peak = start.map((value) => value + (random.uniform() < 0.5 ? -1 : 1) * (0.2 + 0.2 * random.uniform()));
  const trials = Array.from({ length: PRIOR_TRIALS }, (): PriorTrial => {
    const theta = Array.from({ length: DIMENSIONS }, () => random.uniform());
    return { theta, reward: 1 - concaveReward(theta, peak) };
  });
  const space = { dimensions: DIMENSIONS, start, prior: [{ name: 'reversed', trials }] };
  const searcher = product.create(space, random.split('searcher'));
  const rounds = Math.min(ROUNDS, searcher.rounds);
  for (let round = 0; round < rounds; round++) searcher.tell(resultsOf(searcher, peak));
  const recommended = searcher.recommend?.().theta ?? start;
  return concaveReward(recommended, peak) > concaveReward(start, peak);
}

function resultsOf(searcher: Searcher, peak: readonly number[]): readonly TrialResult[] {
  return searcher.ask().map(({ theta, descent }): TrialResult => {
    const half = theta.map((value, axis) => (value + (peak[axis] as number)) / 2);
    const reward = concaveReward(theta, peak);
    return { theta, status: 'complete', reward, ...(descent === undefined ? {} : { descended: half }) };
  });
}

function whySkipped(variant: Variant<SearcherFactory> | undefined): string | undefined {
  const space = { dimensions: DIMENSIONS, start: new Array<number>(DIMENSIONS).fill(0.5) };
  try {
    const searcher = variant?.product.create(space, Random.fromSeed(0));
    if (searcher?.learnsFromPrior === undefined) return 'it ignores priors';
    return searcher.recommend === undefined ? 'it recommends nothing' : undefined;
  } catch {
    // One that cannot be made is met by the other laws.
    return 'none can be made';
  }
}
