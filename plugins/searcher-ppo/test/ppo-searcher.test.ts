import { type Json, Random, type Searcher, type TrialResult } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { type PpoOptions, PpoSearcher, plugin } from '../src/index.ts';

const options: PpoOptions = { ...plugin.options.parse({}), samples: 8, updates: 20 };
const space = { dimensions: 4, start: [0.25, 0.3, 0.5, 0.7] };
const make = (seed: number | string, over: Partial<PpoOptions> = {}): PpoSearcher =>
  new PpoSearcher({ ...options, ...over }, space, Random.fromSeed(seed));

const seeds = fc.integer();
const baselines = fc.constantFrom('mu' as const, 'mean' as const);
/** What became of each trial of each round: some failed, some pruned, some equal. */
const histories = fc.array(
  fc.array(
    fc.oneof(
      fc.record({
        status: fc.constantFrom('complete' as const, 'pruned' as const),
        reward: fc.double({ min: 0, max: 1, noNaN: true }),
      }),
      fc.constant({ status: 'failed' as const, reward: 0 }),
    ),
    { minLength: 8, maxLength: 8 },
  ),
  { minLength: 1, maxLength: 4 },
);

type Fate = Pick<TrialResult, 'status' | 'reward'>;
const tell = (searcher: Searcher, fates: readonly Fate[]): void =>
  searcher.tell(searcher.ask().map(({ theta }, i) => ({ theta, ...(fates[i] as Fate) })));
const throughJson = (state: Json): Json => JSON.parse(JSON.stringify(state));

describe('the PPO searcher', () => {
  test('has the published options by default', () => {
    expect(plugin.options.parse({})).toEqual({
      rounds: 12,
      samples: 32,
      learningRate: 0.2,
      sigma: 0.2,
      clip: 0.2,
      updates: 60,
      baseline: 'mu',
    });
    expect(() => plugin.options.parse({ sigma: 0 })).toThrow();
    expect(() => plugin.options.parse({ rate: 0.1 })).toThrow();
  });

  test("the first proposal is the policy's mean, which starts at the space's start", () => {
    const [first] = make(1).ask();
    for (const [axis, value] of space.start.entries()) expect(first?.theta[axis]).toBeCloseTo(value, 12);
    const [drawn] = make(1, { baseline: 'mean' }).ask();
    expect(drawn?.theta[0]).not.toBeCloseTo(0.25, 6);
  });

  test('does not fail on a start at the corners of the cube', () => {
    const searcher = new PpoSearcher(options, { dimensions: 2, start: [0, 1] }, Random.fromSeed(3));
    for (let round = 0; round < 3; round++) {
      searcher.tell(searcher.ask().map(({ theta }, i) => ({ theta, status: 'complete', reward: i / 10 })));
    }
    expect(searcher.recommend().theta.every((value) => value >= 0 && value <= 1)).toBe(true);
  });

  test.prop([seeds, histories, baselines])(
    'proposals stay in the cube, whatever became of trials',
    (seed, history, baseline) => {
      const searcher = make(seed, { baseline });
      for (const fates of history) {
        tell(searcher, fates);
        const proposals = searcher.ask();
        expect(proposals.length).toBe(8);
        for (const { theta } of proposals) {
          expect(theta.length).toBe(4);
          expect(theta.every((value) => value >= 0 && value <= 1)).toBe(true);
        }
      }
    },
  );

  test.prop([seeds, histories])('the same seed and answers give the same proposals', (seed, history) => {
    const [a, b] = [make(seed), make(seed)];
    for (const fates of history) {
      expect(b.ask()).toEqual(a.ask());
      tell(a, fates);
      tell(b, fates);
    }
    expect(b.snapshot()).toEqual(a.snapshot());
    expect(a.ask()).not.toEqual(make(`${seed}/other`).ask());
  });

  test.prop([seeds, histories, fc.boolean()])(
    'a snapshot, taken between or within rounds, changes nothing',
    (seed, history, within) => {
      const undisturbed = make(seed);
      let restored = make(seed);
      for (const fates of history) {
        if (within) restored.ask();
        const copy = make('another');
        copy.ask();
        copy.restore(throughJson(restored.snapshot()));
        restored = copy;
        expect(restored.ask()).toEqual(undisturbed.ask());
        tell(restored, fates);
        tell(undisturbed, fates);
      }
      expect(restored.snapshot()).toEqual(undisturbed.snapshot());
    },
  );

  test('asked again before tell, it proposes the same', () => {
    const searcher = make(5);
    const first = structuredClone(searcher.ask());
    expect(searcher.ask()).toEqual(first);
  });

  test.prop([seeds, fc.integer({ min: 1, max: 7 })])(
    'a failed trial weighs no more than the worst complete one',
    (seed, failed) => {
      // Rewards a few thousandths apart: with 0 for the crash, its advantage would be a hundred times that of the others.
      const reward = (theta: readonly number[]): number =>
        0.5 - 0.01 * theta.reduce((sum, value) => sum + (value - 0.5) ** 2, 0);
      const [crashed, worst] = [make(seed), make(seed)];
      const proposals = crashed.ask();
      worst.ask();
      const fates = proposals.map(({ theta }): TrialResult => ({ theta, status: 'complete', reward: reward(theta) }));
      const floor = Math.min(...fates.filter((_, i) => i !== failed).map((fate) => fate.reward));
      const at = (fate: Fate): TrialResult[] => fates.map((other, i) => (i === failed ? { ...other, ...fate } : other));
      crashed.tell(at({ status: 'failed', reward: 0 }));
      worst.tell(at({ status: 'complete', reward: floor }));
      expect(crashed.recommend().theta).toEqual(worst.recommend().theta);
    },
  );

  test('a round in which everything failed leaves the policy where it was', () => {
    const searcher = make(5);
    tell(
      searcher,
      Array.from({ length: 8 }, (_, i) => ({ status: 'complete', reward: i / 10 })),
    );
    const before = searcher.recommend().theta;
    tell(searcher, new Array<Fate>(8).fill({ status: 'failed', reward: 0 }));
    expect(searcher.recommend().theta).toEqual(before);
    expect(searcher.ask()[0]?.theta).toEqual(before);
  });

  test('recommends the mean around which the trials of a round did best on average', () => {
    const searcher = make(6);
    // The best trial of all is in the third round, and each round's mean is its worst.
    const rounds = [0.2, 0.5, 0.4, 0.1].map((worth) => [
      0,
      worth === 0.4 ? 1 : worth,
      ...new Array<number>(6).fill(worth),
    ]);
    const means = rounds.map((rewards) => {
      const mean = searcher.ask()[0]?.theta;
      tell(
        searcher,
        rewards.map((reward) => ({ status: 'complete', reward })),
      );
      return mean;
    });
    expect(searcher.recommend().theta).toEqual(means[1]);
  });

  describe('on a concave reward', () => {
    const peak = [0.8, 0.6, 0.2, 0.35];
    const reward = (theta: readonly number[]): number =>
      1 - theta.reduce((sum, value, i) => sum + (value - (peak[i] as number)) ** 2, 0) / 4;
    const after = (rounds: number, seed: number): number => {
      const searcher = make(seed, { samples: 32, updates: 60 });
      for (let round = 0; round < rounds; round++) {
        searcher.tell(searcher.ask().map(({ theta }) => ({ theta, status: 'complete', reward: reward(theta) })));
      }
      return reward(searcher.recommend().theta);
    };

    // Seeds are fixed, so what holds once holds on every run.
    test('the first round improves the mean', () => {
      for (let seed = 0; seed < 50; seed++) expect(after(1, seed), `seed ${seed}`).toBeGreaterThan(reward(space.start));
    });

    test('twelve rounds come close to the peak', () => {
      const reached = Array.from({ length: 20 }, (_, seed) => after(12, seed)).sort((a, b) => a - b);
      expect(reward(space.start)).toBeLessThan(0.85);
      expect(reached[0]).toBeGreaterThan(0.92);
      expect(reached[10]).toBeGreaterThan(0.98);
    });
  });

  test('refuses results that are not those of the round, and stays as it was', () => {
    const searcher = make(9);
    expect(() => searcher.tell([])).toThrow(/before a round was asked for/);
    const good = searcher.ask().map(({ theta }): TrialResult => ({ theta, status: 'complete', reward: 0.5 }));
    const before = searcher.snapshot();
    const swap = (index: number, over: Partial<TrialResult>): TrialResult[] =>
      good.map((result, i) => (i === index ? { ...result, ...over } : result));
    for (const wrong of [
      good.slice(1),
      swap(2, { reward: Number.NaN }),
      swap(2, { reward: Number.POSITIVE_INFINITY }),
      swap(2, { reward: -0.1 }),
      swap(2, { theta: [0.1, 0.1, 0.1, 0.1] }),
      [...good].reverse(),
    ]) {
      expect(() => searcher.tell(wrong)).toThrow(expect.objectContaining({ code: 'ASL_ARGUMENT_INVALID' }));
      expect(searcher.snapshot()).toEqual(before);
    }
  });

  test('refuses a snapshot that it did not write', () => {
    const state = make(2).snapshot() as Record<string, Json>;
    const other = new PpoSearcher(options, { dimensions: 2, start: [0.5, 0.5] }, Random.fromSeed(1));
    expect(() => other.restore(state)).toThrow(expect.objectContaining({ code: 'ASL_STATE_CORRUPT' }));
    for (const wrong of [
      null,
      {},
      { ...state, format: 'random/1' },
      { ...state, logits: [1, 2, 3] },
      { ...state, round: -1 },
    ]) {
      expect(() => make(2).restore(wrong)).toThrow(expect.objectContaining({ code: 'ASL_STATE_CORRUPT' }));
    }
  });

  test.each([
    [0.9, 'begins there where that is better than half of the others'],
    [0.1, 'goes on from where the priors lead where it is not'],
  ])('with a prior tries the start too (worth %s), and %s', (worth) => {
    const led = [0.9, 0.9, 0.1, 0.1];
    const prior = [
      {
        name: 'other',
        trials: [
          { theta: led, reward: 0.5 },
          { theta: space.start, reward: 0.1 },
        ],
      },
    ];
    const searcher = new PpoSearcher(options, { ...space, prior }, Random.fromSeed(1));
    const proposals = searcher.ask();
    expect(proposals[0]?.theta.map((value) => Number(value.toFixed(9)))).toEqual(led);
    expect(proposals.at(-1)?.theta).toEqual(space.start);
    tell(
      searcher,
      proposals.map((_, index) => ({
        status: 'complete',
        reward: index === options.samples - 1 ? worth : 0.4 + index / 100,
      })),
    );
    const [mean] = searcher.ask();
    const distance = (to: readonly number[]): number =>
      Math.hypot(...to.map((value, axis) => value - (mean?.theta[axis] as number)));
    expect(distance(space.start) < 1e-6).toBe(worth > 0.5);
    expect(distance(led) < distance(space.start)).toBe(worth < 0.5);
    expect(searcher.ask().map(({ theta }) => theta)).not.toContainEqual(space.start);
  });
});
