import {
  type PriorTask,
  type Proposal,
  Random,
  type Searcher,
  type SearcherFactory,
  type SearchSpace,
  type TrialResult,
} from '@auto-seg-loss/kernel';
import fc from 'fast-check';
import { cubePoints } from '../curves/cube-points.ts';
import { oneOf, showOptions, type Variant } from '../variants.ts';

/** How the rewards of a search come about. */
export interface Answers {
  /** concave: a peak somewhere; random: none; equal: all the same; ends: 0 and 1. */
  readonly rewards: 'concave' | 'random' | 'equal' | 'ends';
  /** Which trials fail, and which are pruned: none, some, or all of them. */
  readonly fates: 'complete' | 'some-fail' | 'some-pruned' | 'all-fail';
  readonly seed: number;
}

/** A searcher in a space, with what it is going to be told. */
export interface SearchInput {
  readonly variant: Variant<SearcherFactory>;
  readonly space: SearchSpace;
  readonly seed: number;
  readonly answers: Answers;
}

export const answers: fc.Arbitrary<Answers> = fc.record({
  rewards: fc.constantFrom('concave', 'random', 'equal', 'ends'),
  fates: fc.constantFrom('complete', 'some-fail', 'some-pruned', 'all-fail'),
  seed: fc.nat(1000),
});

/** What another search, or a loss that was found, knows: a few trials, of which some may have no reward. */
function priorTasks(dimensions: number): fc.Arbitrary<PriorTask> {
  const reward = fc.oneof({ weight: 4, arbitrary: fc.double({ min: 0, max: 1, noNaN: true }) }, fc.constant(null));
  const trial = fc.record({ theta: cubePoints(dimensions), reward });
  const trials = fc.uniqueArray(trial, {
    minLength: 1,
    maxLength: 6,
    selector: ({ theta }) => JSON.stringify(theta.map((value) => value + 0)),
  });
  return fc.record({ name: fc.constantFrom('runs/a', 'published:miou'), trials });
}

/** Spaces of one to eight dimensions; searches start anywhere in them, half of them with priors. */
export const spaces: fc.Arbitrary<SearchSpace> = fc.integer({ min: 1, max: 8 }).chain((dimensions) =>
  fc
    .record({
      start: cubePoints(dimensions),
      prior: fc.oneof(fc.constant([]), fc.array(priorTasks(dimensions), { minLength: 1, maxLength: 3 })),
    })
    .map(({ start, prior }) => ({ dimensions, start, ...(prior.length === 0 ? {} : { prior }) })),
);

export function searchInputs(variants: readonly Variant<SearcherFactory>[]): fc.Arbitrary<SearchInput> {
  return fc.record({ variant: oneOf(variants), space: spaces, seed: fc.nat(1000), answers });
}

export function makeSearcher({ variant, space, seed }: Omit<SearchInput, 'answers'>): Searcher {
  return variant.product.create(space, Random.fromSeed(seed));
}

/** More rounds than this show nothing new, and take time. */
const ROUNDS = 3;

export function roundsOf(searcher: Searcher): number {
  return Math.min(ROUNDS, searcher.rounds);
}

/** What a round's proposals come to: always the same for the same proposals. */
export function answersTo(proposals: readonly Proposal[], round: number, given: Answers): readonly TrialResult[] {
  const random = Random.fromSeed(`${given.seed}/${round}`);
  const peak = Random.fromSeed(given.seed);
  const best = proposals[0]?.theta.map(() => peak.uniform()) ?? [];
  return proposals.map(({ theta, descent }): TrialResult => {
    const luck = random.uniform();
    const reward = rewardOf(theta, best, luck, given);
    if (given.fates === 'all-fail' || (given.fates === 'some-fail' && random.uniform() < 0.3)) {
      return { theta, status: 'failed', reward: 0 };
    }
    const pruned = given.fates === 'some-pruned' && random.uniform() < 0.3;
    if (pruned) return { theta, status: 'pruned', reward, share: 0.5 };
    const toPeak = (value: number, axis: number): number => value + luck * ((best[axis] as number) - value);
    return { theta, status: 'complete', reward, ...(descent === undefined ? {} : { descended: theta.map(toPeak) }) };
  });
}

function rewardOf(theta: readonly number[], best: readonly number[], luck: number, { rewards }: Answers): number {
  switch (rewards) {
    case 'concave':
      return concaveReward(theta, best);
    case 'random':
      return luck;
    case 'equal':
      return 0.5;
    case 'ends':
      return luck < 0.5 ? 0 : 1;
  }
}

/** 1 at the peak, and less by the mean square of what each coordinate is off. */
export function concaveReward(theta: readonly number[], peak: readonly number[]): number {
  return 1 - theta.reduce((sum, value, axis) => sum + (value - (peak[axis] as number)) ** 2, 0) / theta.length;
}

/** Runs rounds of a search. @returns each round's proposals. */
export function runRounds(
  searcher: Searcher,
  given: Answers,
  from: number,
  to: number,
): readonly (readonly Proposal[])[] {
  return Array.from({ length: to - from }, (_, index) => {
    const proposals = searcher.ask();
    searcher.tell(answersTo(proposals, from + index, given));
    return proposals;
  });
}

export function showSearchInput({ variant, space, seed, answers: given }: SearchInput): string {
  const { dimensions, start, prior = [] } = space;
  return [
    ...showOptions(variant),
    `${dimensions} dimensions, start [${start.join(', ')}], seed ${seed}`,
    ...prior.map(showPrior),
    `rewards: ${given.rewards}; trials: ${given.fates} (seed ${given.seed})`,
  ].join('\n');
}

function showPrior({ name, trials }: PriorTask): string {
  const each = trials.map(({ theta, reward }) => `${reward ?? 'no reward'} at [${theta.join(', ')}]`);
  return `prior ${name}: ${each.join('; ')}`;
}
