import { Random, type Searcher, type SearcherFactory, type TrialResult } from '@auto-seg-loss/kernel';
import fc from 'fast-check';
import { type Law, law } from '../law/law.ts';
import { demand } from '../law/law-broken.ts';
import { showOptions, type Variant } from '../variants.ts';
import { concaveReward } from './history.ts';
import { mostFailures } from './most-failures.ts';

const SEARCHES = 100;
const DIMENSIONS = 4;
/** A searcher that learns is asked to improve in this share of searches; PPO does in all, where it starts this far off. */
const LEARNING = 0.85;
/** A sound searcher is accused this often, at most. */
export const FALSE_ALARM = 1e-9;

interface Input {
  readonly seed: number;
}

/**
 * On a concave reward, a search gets better. A searcher that recommends a point is asked whether that beats the start after
 * the first round, where start and peak are 0.2 to 0.4 apart in each coordinate. Of one that does not, whether the best of
 * all later rounds beats that of the first, where start and peak are anywhere: for uniform samples in R rounds, that fails
 * with probability 1/R, since each round is as likely to hold the best; of a better searcher less is asked than it does.
 *
 * The number of failures that is still accepted is the smallest that a binomial count of 100 searches exceeds with a
 * probability of at most 10⁻⁹: 40 in the first case, 29 with 12 rounds in the second.
 */
export function improvementLaw(variants: readonly Variant<SearcherFactory>[]): Law {
  // With other options (two samples a round, one round) nothing can be promised.
  const [variant] = variants;
  const probe = variant === undefined ? undefined : probeOf(variant);
  const recommends = probe?.recommend !== undefined;
  const rounds = probe?.rounds ?? 1;
  const chance = recommends ? 1 - LEARNING : 1 / rounds;
  const accepted = mostFailures(SEARCHES, chance, FALSE_ALARM);
  const goal = recommends
    ? 'its recommendation after the first round beats the start'
    : 'a later round beats the best of the first';
  return law<Input>({
    name: 'improves',
    statement: `On a concave reward, ${goal} in at least ${SEARCHES - accepted} of ${SEARCHES} searches (false alarm: 1 in 10⁹).`,
    skip: !recommends && rounds < 3 ? 'one or two rounds prove nothing' : undefined,
    share: 0.01,
    inputs: fc.record({ seed: fc.nat(1_000_000) }),
    show: ({ seed }) =>
      [...(variant === undefined ? [] : showOptions(variant)), `searches seeded from ${seed}`].join('\n'),
    holds: ({ seed }) => {
      let failures = 0;
      for (let search = 0; search < SEARCHES; search++) {
        const random = Random.fromSeed(`${seed}/${search}`);
        const { space, peak } = spaceAt(random, recommends);
        const searcher = (variant as Variant<SearcherFactory>).product.create(space, random.split('searcher'));
        const improved = recommends
          ? improvesItsMean(searcher, space.start, peak)
          : improvesItsBest(searcher, rounds, peak);
        if (!improved) failures += 1;
      }
      demand(failures <= accepted, `it did not in ${failures} of ${SEARCHES} searches`, { failures, accepted });
    },
  });
}

/** A searcher to ask what it is; undefined where none can be made, which the law then meets. */
function probeOf({ product }: Variant<SearcherFactory>): Searcher | undefined {
  try {
    return product.create(spaceAt(Random.fromSeed(0), true).space, Random.fromSeed(0));
  } catch {
    return undefined;
  }
}

function spaceAt(random: Random, apart: boolean) {
  const anywhere = (): number[] => Array.from({ length: DIMENSIONS }, () => random.uniform());
  if (!apart) return { space: { dimensions: DIMENSIONS, start: anywhere() }, peak: anywhere() };
  const start = anywhere().map((value) => 0.4 + 0.2 * value);
  const peak = start.map((value) => {
    const off = 0.2 + 0.2 * random.uniform();
    return random.uniform() < 0.5 ? value - off : value + off;
  });
  return { space: { dimensions: DIMENSIONS, start }, peak };
}

/** @returns the best reward of the round. */
function runRound(searcher: Searcher, peak: readonly number[]): number {
  const results = searcher.ask().map(({ theta, descent }): TrialResult => {
    const half = theta.map((value, axis) => (value + (peak[axis] as number)) / 2);
    const reward = concaveReward(theta, peak);
    return { theta, status: 'complete', reward, ...(descent === undefined ? {} : { descended: half }) };
  });
  searcher.tell(results);
  return Math.max(...results.map(({ reward }) => reward));
}

function improvesItsMean(searcher: Searcher, start: readonly number[], peak: readonly number[]): boolean {
  runRound(searcher, peak);
  const recommended = searcher.recommend?.().theta ?? start;
  return concaveReward(recommended, peak) > concaveReward(start, peak);
}

function improvesItsBest(searcher: Searcher, rounds: number, peak: readonly number[]): boolean {
  const [first, ...later] = Array.from({ length: rounds }, () => runRound(searcher, peak));
  return Math.max(...later) > (first as number);
}
