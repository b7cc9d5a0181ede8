import { type Json, Random, type Searcher, type TrialResult } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import type { Distribution } from '../src/distribution.ts';
import { type CmaEsOptions, CmaEsSearcher, plugin } from '../src/index.ts';

const options: CmaEsOptions = plugin.options.parse({});
const space = { dimensions: 4, start: [0.25, 0.3, 0.5, 0.7] };
const SAMPLES = 8;
const make = (seed: number | string, over: Partial<CmaEsOptions> = {}): CmaEsSearcher =>
  new CmaEsSearcher({ ...options, ...over }, space, Random.fromSeed(seed));

type Fate = Pick<TrialResult, 'status' | 'reward'>;
const failed: Fate = { status: 'failed', reward: 0 };

const seeds = fc.integer();
/** Rewards are thousandths, so that some are equal and none differ by rounding alone. */
const rewards = fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000);
/** What became of each trial of a round: some failed, some pruned, some equal. */
const rounds = fc.array(
  fc.oneof(
    fc.record({ status: fc.constantFrom('complete' as const, 'pruned' as const), reward: rewards }),
    fc.constant(failed),
  ),
  { minLength: SAMPLES, maxLength: SAMPLES },
);
/** Draws for each point that is trained. */
const preselections = fc.constantFrom(1, 4);
const histories = fc.array(rounds, { minLength: 1, maxLength: 6 });

const tell = (searcher: Searcher, fates: readonly Fate[]): void =>
  searcher.tell(searcher.ask().map(({ theta }, i) => ({ theta, ...(fates[i] as Fate) })));
const throughJson = (state: Json): Json => JSON.parse(JSON.stringify(state));
const distributionOf = (searcher: Searcher): Distribution =>
  (searcher.snapshot() as unknown as { readonly distribution: Distribution }).distribution;
const search = (searcher: Searcher, count: number, reward: (theta: readonly number[]) => number): void => {
  for (let round = 0; round < count; round++) {
    searcher.tell(searcher.ask().map(({ theta }) => ({ theta, status: 'complete', reward: reward(theta) })));
  }
};

describe('the CMA-ES searcher', () => {
  test('checks its options', () => {
    expect(plugin.options.parse({})).toEqual({ rounds: 12, samples: null, sigma: 0.2, preselection: 1 });
    expect(() => plugin.options.parse({ sigma: 0 })).toThrow();
    expect(() => plugin.options.parse({ samples: 1 })).toThrow();
    expect(() => plugin.options.parse({ population: 8 })).toThrow();
  });

  test('has the published number of samples, or that of its options', () => {
    const samples = [1, 2, 4, 6, 12, 24].map(
      (dimensions) =>
        new CmaEsSearcher(options, { dimensions, start: new Array<number>(dimensions).fill(0.5) }, Random.fromSeed(1))
          .samples,
    );
    expect(samples).toEqual([4, 6, 8, 9, 11, 13]);
    expect(make(1, { samples: 20 }).samples).toBe(20);
    expect(make(1, { samples: 20 }).ask().length).toBe(20);
  });

  test('refuses a space without dimensions', () => {
    expect(() => new CmaEsSearcher(options, { dimensions: 0, start: [] }, Random.fromSeed(1))).toThrow(
      expect.objectContaining({ code: 'ASL_ARGUMENT_INVALID' }),
    );
  });

  test("starts around the space's start, as wide as its options say", () => {
    expect(make(1).recommend().theta).toEqual(space.start);
    const thetas = make(1, { samples: 2000, sigma: 0.05 })
      .ask()
      .map(({ theta }) => theta);
    for (const [axis, value] of space.start.entries()) {
      const steps = thetas.map((theta) => (theta[axis] as number) - value);
      const mean = steps.reduce((sum, step) => sum + step, 0) / steps.length;
      const deviation = Math.sqrt(steps.reduce((sum, step) => sum + step ** 2, 0) / steps.length);
      // Standard deviations of these are 0.0011 and 0.0008, and the seed is fixed.
      expect(Math.abs(mean)).toBeLessThan(0.004);
      expect(Math.abs(deviation - 0.05)).toBeLessThan(0.003);
    }
  });

  test.prop([
    seeds,
    histories,
    fc.constantFrom(0.02, 0.2, 1),
    fc.array(fc.constantFrom(0, 0.4, 1), { minLength: 4, maxLength: 4 }),
    preselections,
  ])(
    'proposals and the mean stay in the cube, wherever it starts and whatever became of trials',
    (seed, history, sigma, start, preselection) => {
      const searcher = new CmaEsSearcher(
        { ...options, sigma, preselection },
        { dimensions: 4, start },
        Random.fromSeed(seed),
      );
      for (const fates of history) {
        tell(searcher, fates);
        const proposals = searcher.ask();
        expect(proposals.length).toBe(SAMPLES);
        for (const { theta } of [...proposals, searcher.recommend()]) {
          expect(theta.length).toBe(4);
          expect(theta.every((value) => value >= 0 && value <= 1)).toBe(true);
        }
      }
    },
  );

  test.prop([seeds, histories, preselections])(
    'the same seed and answers give the same proposals',
    (seed, history, preselection) => {
      const [a, b] = [make(seed, { preselection }), make(seed, { preselection })];
      for (const fates of history) {
        expect(b.ask()).toEqual(a.ask());
        tell(a, fates);
        tell(b, fates);
      }
      expect(b.snapshot()).toEqual(a.snapshot());
      expect(a.ask()).not.toEqual(make(`${seed}/other`).ask());
    },
  );

  test.prop([seeds, histories, fc.boolean(), preselections])(
    'a snapshot, taken between or within rounds, changes nothing',
    (seed, history, within, preselection) => {
      const undisturbed = make(seed, { preselection });
      let restored = make(seed, { preselection });
      for (const fates of history) {
        if (within) restored.ask();
        const copy = make('another', { preselection });
        copy.ask();
        copy.restore(throughJson(restored.snapshot()));
        restored = copy;
        expect(restored.recommend()).toEqual(undisturbed.recommend());
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
    tell(searcher, new Array<Fate>(SAMPLES).fill({ status: 'complete', reward: 0.5 }));
    expect(searcher.ask()).not.toEqual(first);
  });

  test.prop([seeds, histories])('only the order of rewards counts', (seed, history) => {
    const [plain, bent] = [make(seed), make(seed)];
    for (const fates of history) {
      tell(plain, fates);
      tell(
        bent,
        fates.map(({ status, reward }) => ({
          status,
          reward: status === 'failed' ? 0 : 0.3 + 0.1 * Math.sqrt(reward),
        })),
      );
    }
    expect(bent.snapshot()).toEqual(plain.snapshot());
  });

  test.prop([seeds, fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7], { minLength: SAMPLES })])(
    'the mean moves towards the better half of a round',
    (seed, places) => {
      const searcher = make(seed);
      const proposals = searcher.ask();
      tell(
        searcher,
        places.map((place) => ({ status: 'complete', reward: 1 - place / 10 })),
      );
      // Weights of ln 4.5 − ln rank, for the four best of eight (Hansen 2016, equation 49).
      const logs = [1, 2, 3, 4].map((rank) => Math.log(4.5) - Math.log(rank));
      const total = logs.reduce((sum, log) => sum + log, 0);
      for (const [axis, value] of searcher.recommend().theta.entries()) {
        const expected = logs.reduce(
          (sum, log, rank) => sum + (log / total) * (proposals[places.indexOf(rank)]?.theta[axis] as number),
          0,
        );
        expect(value).toBeCloseTo(expected, 12);
      }
    },
  );

  test.prop([seeds, rounds, fc.nat(SAMPLES - 1)])(
    'a failed trial counts as if it had been worse than all others',
    (seed, fates, index) => {
      const ended = fates.map(({ reward }): Fate => ({ status: 'complete', reward: 0.5 + reward / 2 }));
      const [crashed, worst] = [make(seed), make(seed)];
      tell(crashed, ended.with(index, failed));
      tell(worst, ended.with(index, { status: 'complete', reward: 0.4 }));
      expect(crashed.snapshot()).toEqual(worst.snapshot());
    },
  );

  test('a round in which no trial was completed leaves the distribution as it was', () => {
    const searcher = make(5);
    tell(
      searcher,
      Array.from({ length: SAMPLES }, (_, i) => ({ status: 'complete', reward: i / 10 })),
    );
    const before = structuredClone(distributionOf(searcher));
    const proposals = searcher.ask();
    tell(searcher, new Array<Fate>(SAMPLES).fill(failed));
    tell(searcher, [...new Array<Fate>(SAMPLES - 1).fill(failed), { status: 'pruned', reward: 0.7 }]);
    expect(distributionOf(searcher)).toEqual(before);
    expect(searcher.ask()).not.toEqual(proposals);
  });

  test('refuses results that are not those of the round, and stays as it was', () => {
    const searcher = make(9);
    expect(() => searcher.tell([])).toThrow(/before a round was asked for/);
    const good = searcher.ask().map(({ theta }): TrialResult => ({ theta, status: 'complete', reward: 0.5 }));
    const before = structuredClone(searcher.snapshot());
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
    searcher.tell(good);
    expect(() => searcher.tell(good)).toThrow(/before a round was asked for/);
  });

  test('refuses a snapshot that it did not write, and stays as it was', () => {
    const state = make(2).snapshot() as Record<string, Json>;
    const distribution = state.distribution as Record<string, Json>;
    const other = new CmaEsSearcher(options, { dimensions: 2, start: [0.5, 0.5] }, Random.fromSeed(1));
    expect(() => other.restore(state)).toThrow(expect.objectContaining({ code: 'ASL_STATE_CORRUPT' }));
    const eye = distribution.covariance as readonly (readonly number[])[];
    const searcher = make(3);
    const before = structuredClone(searcher.snapshot());
    for (const wrong of [
      null,
      {},
      { ...state, format: 'ppo/1' },
      { ...state, pending: [{ theta: [0.5, 0.5, 0.5, 0.5] }] },
      ...[
        { generation: -1 },
        { mean: [0.5, 0.5, 0.5] },
        { mean: [0.5, 0.5, 0.5, 1.5] },
        { sigma: 0 },
        { sigma: null },
        { path: [0, 0, 0, null] },
        { covariance: [] },
        { covariance: eye.slice(1) },
        { covariance: eye.with(3, [0, 0, 0]) },
        { covariance: eye.with(1, [0, 1, 0]) },
        { covariance: eye.with(1, [0, -1, 0, 0]) },
        { covariance: eye.with(1, [0.5, 1, 0, 0]) },
      ].map((over) => ({ ...state, distribution: { ...distribution, ...over } })),
      { ...state, observations: [] },
    ]) {
      expect(() => searcher.restore(wrong as Json), JSON.stringify(wrong)).toThrow(
        expect.objectContaining({ code: 'ASL_STATE_CORRUPT' }),
      );
      expect(searcher.snapshot()).toEqual(before);
    }
    searcher.restore(state);
    expect(searcher.ask()).toEqual(make(2).ask());
    expect(() => make(3, { preselection: 4 }).restore(state)).toThrow(
      expect.objectContaining({ code: 'ASL_STATE_CORRUPT' }),
    );
  });

  // Seeds are fixed, so what holds once holds on every run.
  describe('on a concave reward', () => {
    const peak = [0.8, 0.6, 0.2, 0.35];
    const reward = (theta: readonly number[]): number =>
      1 - theta.reduce((sum, value, i) => sum + (value - (peak[i] as number)) ** 2, 0) / 4;
    const reached = (rounds: number, over: Partial<CmaEsOptions> = {}): readonly number[] =>
      Array.from({ length: 20 }, (_, seed) => {
        const searcher = make(seed, over);
        search(searcher, rounds, reward);
        return reward(searcher.recommend().theta);
      }).sort((a, b) => a - b);

    test('twelve rounds come close to the peak', () => {
      expect(reward(space.start)).toBeLessThan(0.85);
      const after = reached(12);
      expect(after[0]).toBeGreaterThan(0.98);
      expect(after[10]).toBeGreaterThan(0.995);
    });

    test('with pre-selection, half of the rounds come as close', () => {
      const median = (rewards: readonly number[]): number => rewards[10] as number;
      expect(median(reached(4, { preselection: 10 }))).toBeGreaterThan(median(reached(8)));
    });

    test('more rounds come closer', () => {
      expect(reached(60)[0]).toBeGreaterThan(1 - 1e-6);
    });
  });

  test('becomes long where the reward is flat, and stays narrow where it is steep', () => {
    // Along (1, 1) the reward falls a hundred times slower than along (1, −1).
    const reward = ([x, y]: readonly number[]): number =>
      1 - (((x as number) + (y as number) - 1) ** 2 / 100 + ((x as number) - (y as number)) ** 2) / 2;
    for (let seed = 0; seed < 10; seed++) {
      const searcher = new CmaEsSearcher(options, { dimensions: 2, start: [0.3, 0.6] }, Random.fromSeed(seed));
      search(searcher, 40, reward);
      const [[a, b], [, c]] = distributionOf(searcher).covariance as [[number, number], [number, number]];
      // Variances along the two directions.
      const along = (a + c) / 2 + b;
      const across = (a + c) / 2 - b;
      expect(along / across, `seed ${seed}`).toBeGreaterThan(10);
    }
  });
});
