import { type PriorTask, type PriorTrial, Random, type SearchSpace } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { CmaEsSearcher, plugin } from '../src/index.ts';

const DIMENSIONS = 6;
const NOISE = 0.02;
const options = plugin.options.parse({ rounds: 8, samples: 4, preselection: 10 });

/** An objective with some coordinates that matter and some that hardly do. */
interface Objective {
  readonly peak: readonly number[];
  readonly weights: readonly number[];
}

function objective(random: Random): Objective {
  const peak = Array.from({ length: DIMENSIONS }, () => 0.15 + 0.7 * random.uniform());
  return { peak, weights: peak.map(() => 10 ** (random.uniform() * 1.5 - 1.5)) };
}

function worthAt({ peak, weights }: Objective, theta: readonly number[]): number {
  const off = theta.reduce(
    (sum, value, axis) => sum + (weights[axis] as number) * (value - (peak[axis] as number)) ** 2,
    0,
  );
  return Math.exp(-2 * off);
}

const clamped = (value: number): number => Math.min(1, Math.max(0, value));

/** Trials all over the cube. @param turned whether the best is taken for the worst. */
function priorOf(own: Objective, random: Random, turned = false): PriorTask {
  const trials = Array.from({ length: 40 }, (): PriorTrial => {
    const theta = Array.from({ length: DIMENSIONS }, () => random.uniform());
    const reward = clamped(0.5 * worthAt(own, theta) + NOISE * random.normal());
    return { theta, reward: turned ? 1 - reward : reward };
  });
  return { name: 'other', trials };
}

/** What a search would name after each of its rounds is worth, without noise. */
function standings(own: Objective, prior: readonly PriorTask[], seed: number): readonly number[] {
  const space: SearchSpace = { dimensions: DIMENSIONS, start: new Array<number>(DIMENSIONS).fill(0.5), prior };
  const searcher = new CmaEsSearcher({ ...options, scales: 'each' }, space, Random.fromSeed(`search/${seed}`));
  const luck = Random.fromSeed(`luck/${seed}`);
  return Array.from({ length: options.rounds }, () => {
    searcher.tell(
      searcher.ask().map(({ theta }) => {
        return { theta, status: 'complete', reward: clamped(worthAt(own, theta) + NOISE * luck.normal()) };
      }),
    );
    return worthAt(own, searcher.recommend().theta);
  });
}

const SEARCHES = 8;
type PriorFor = (own: Objective, random: Random) => readonly PriorTask[];

/** What searches would name after each of their rounds is worth on average. */
function average(priorFor: PriorFor): readonly number[] {
  const all = Array.from({ length: SEARCHES }, (_, seed) => {
    const random = Random.fromSeed(`objective/${seed}`);
    const own = objective(random);
    return standings(own, priorFor(own, random), seed);
  });
  return Array.from(
    { length: options.rounds },
    (_, round) => all.reduce((sum, one) => sum + (one[round] as number), 0) / SEARCHES,
  );
}

const [FIRST, SECOND, LAST] = [0, 1, options.rounds - 1];
const without = average(() => []);

describe('CMA-ES with a prior', () => {
  test('is ahead from its first round on, where the other task is alike', () => {
    const alike = (own: Objective, random: Random): readonly PriorTask[] => [
      priorOf({ ...own, peak: own.peak.map((value) => clamped(value + 0.05 * random.normal())) }, random),
    ];
    const led = average(alike);
    expect(led[FIRST]).toBeGreaterThan((without[SECOND] as number) + 0.05);
    expect(led[LAST]).toBeGreaterThan((without[LAST] as number) - 0.02);
  });

  test.each([
    ['takes the best for the worst', (own: Objective, random: Random) => [priorOf(own, random, true)]],
    ['is of something else altogether', (_own: Objective, random: Random) => [priorOf(objective(random), random)]],
    [
      'is but noise',
      (own: Objective, random: Random) => [
        { name: 'noise', trials: priorOf(own, random).trials.map((one) => ({ ...one, reward: random.uniform() })) },
      ],
    ],
    [
      'is a bad loss',
      (own: Objective) => [
        { name: 'loss', trials: [{ theta: own.peak.map((value) => (value > 0.5 ? 0 : 1)), reward: null }] },
      ],
    ],
  ])('is hardly behind after eight rounds of four trials where the prior %s', (_what, bad) => {
    expect(average(bad)[LAST]).toBeGreaterThan((without[LAST] as number) - 0.03);
  });

  test.prop([fc.nat(1000), fc.constantFrom(0.25, 0.5), fc.constantFrom(0, 0.3)], { numRuns: 10 })(
    'rewards of the other task on another scale change nothing but roundings',
    (seed, scale, shift) => {
      const random = Random.fromSeed(seed);
      const own = objective(random);
      const plain = priorOf(own, random);
      const bent = {
        ...plain,
        trials: plain.trials.map((one) => ({ ...one, reward: scale * (one.reward ?? 0) + shift })),
      };
      const first = (prior: PriorTask): readonly number[] => {
        const space = { dimensions: DIMENSIONS, start: new Array<number>(DIMENSIONS).fill(0.5), prior: [prior] };
        return new CmaEsSearcher(options, space, Random.fromSeed(seed)).ask()[0]?.theta ?? [];
      };
      expect(first(bent)).toEqual(first(plain));
    },
  );

  test('tries where the priors lead, and where it would start without; and begins there where that is better', () => {
    const own = objective(Random.fromSeed(3));
    const prior = [priorOf(own, Random.fromSeed(4), true)];
    const start = own.peak;
    const searcher = new CmaEsSearcher(options, { dimensions: DIMENSIONS, start, prior }, Random.fromSeed(1));
    const proposals = searcher.ask();
    expect(prior[0]?.trials.map(({ theta }) => theta)).toContainEqual(proposals[0]?.theta);
    expect(proposals[1]?.theta).toEqual(start);
    searcher.tell(proposals.map(({ theta }) => ({ theta, status: 'complete', reward: worthAt(own, theta) })));
    const { distribution } = searcher.snapshot() as unknown as { distribution: { mean: number[]; sigma: number } };
    expect(distribution.mean).toEqual(start);
    expect(distribution.sigma).toBe(options.sigma);
  });
});
