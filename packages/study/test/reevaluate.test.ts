import type { Proposal, Searcher } from '@auto-seg-loss/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  estimateOf,
  InlineExecutor,
  meanReward,
  type RaceOptions,
  type RivalPoint,
  runStudy,
  type StudyEvent,
  type StudyResult,
  type TrialRunner,
  TrialStore,
} from '../src/index.ts';
import { WalkSearcher } from './fixtures/walk-searcher.mjs';
import { runFolder } from './run-folder.ts';

const SEARCH_ROUNDS = 3;
const walk = { rounds: SEARCH_ROUNDS, samples: 4 };

/** Worth what θ says; in the search the first trial of round 1 is lucky, in the repeats nobody is. */
const lucky: TrialRunner['run'] = async ({ theta, round, index }) => {
  const worth = 0.5 * (theta[0] as number);
  const luck = round === 1 && index === 0 ? 0.5 : 0;
  return { status: 'complete', reward: worth + luck, metrics: { round }, images: 1 };
};

class RecommendingSearcher extends WalkSearcher {
  recommend(): Proposal {
    return { theta: [1, 1] };
  }
}

async function run(
  folder: string,
  options: {
    searcher?: object;
    run?: TrialRunner['run'];
    concurrency?: number;
    signal?: AbortSignal;
    confirm?: number;
    rivals?: readonly RivalPoint[];
    race?: RaceOptions;
    onEvent?: (event: StudyEvent) => void;
  } = {},
): Promise<StudyResult & { hash: string }> {
  let store: TrialStore;
  try {
    store = TrialStore.open(folder);
  } catch {
    store = TrialStore.create(folder, { config: {}, environment: {} });
  }
  try {
    const result = await runStudy({
      searcher: (options.searcher ?? new WalkSearcher(walk)) as Searcher,
      store,
      executor: new InlineExecutor({ run: options.run ?? lucky }, options.concurrency),
      reevaluation: { candidates: 3, repeats: 2, confirm: options.confirm ?? 0, race: options.race ?? null },
      ...(options.rivals === undefined ? {} : { rivals: options.rivals }),
      ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    });
    return { ...result, hash: store.contentHash() };
  } finally {
    store.close();
  }
}

describe('reevaluation', () => {
  test('names the candidate that is best again, not the lucky one', async () => {
    const { best, finalists } = await run(runFolder());
    expect(best?.round).toBe(1);
    expect(best?.index).toBe(0);
    expect(finalists).toHaveLength(3);
    const means = finalists.map(meanReward);
    expect(means).toEqual([...means].sort((a, b) => b - a));
    const luckyOne = finalists.find(({ trial }) => trial?.number === best?.number);
    expect(luckyOne?.rewards).toEqual([0.5 * (best?.theta[0] as number), 0.5 * (best?.theta[0] as number)]);
  });

  test('what is going to be done is said as it is', async () => {
    const events: StudyEvent[] = [];
    const onEvent = (event: StudyEvent): void => void events.push(event);
    await run(runFolder(), { searcher: new RecommendingSearcher(walk), confirm: 2, onEvent });
    const begin = { finished: 0, earlier: [] };
    expect(events[0]).toEqual({ type: 'study-started', rounds: SEARCH_ROUNDS, trials: 12, again: 10, ...begin });
    expect(events.find(({ type }) => type === 'reevaluation-started')).toEqual({
      type: 'reevaluation-started',
      best: 3,
      recommended: true,
      repeats: 2,
      confirm: 2,
      race: false,
    });
    expect(events.filter(({ type }) => type === 'trial-finished')).toHaveLength(12 + 4 * 2 + 2);
  });

  test('rivals are tried beside the best, so that what is named is not worse than they', async () => {
    const events: StudyEvent[] = [];
    const onEvent = (event: StudyEvent): void => void events.push(event);
    const rivals = [
      { name: 'good', theta: [1, 0] },
      { name: 'bad', theta: [0, 0] },
    ];
    const searcher = new RecommendingSearcher(walk);
    const folder = runFolder();
    const { finalists, trials } = await run(folder, { searcher: new WalkSearcher(walk), rivals, onEvent, confirm: 1 });
    expect(finalists.map(({ rival }) => rival ?? 'found')).toEqual(['good', 'found', 'found', 'found', 'bad']);
    expect(finalists[0]).toMatchObject({ theta: [1, 0], trial: null, rewards: [0.5, 0.5] });
    expect(trials).toHaveLength(12);
    expect(events[0]).toMatchObject({ again: 3 * 2 + 2 * 2 + 1 });
    expect(events.find(({ type }) => type === 'reevaluation-started')).toMatchObject({ rivals: ['good', 'bad'] });
    // What the searcher recommends is tried once, whoever else it is.
    const same = await run(runFolder(), { searcher, rivals: [{ name: 'the same', theta: [1, 1] }] });
    expect(same.finalists.map(({ rival }) => rival)).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('where rewards tell no losses apart, nothing is tried again', async () => {
    const equal: TrialRunner['run'] = async () => ({ status: 'complete', reward: 0.4, metrics: {}, images: 1 });
    const { status, signal, finalists, trials } = await run(runFolder(), { run: equal });
    expect([status, signal, finalists, trials.length]).toEqual(['complete', 'none', [], 12]);
  });

  test('repeats have rounds of their own, and are no trials of the search', async () => {
    const { trials, finalists } = await run(runFolder());
    expect(trials.every(({ round }) => round < SEARCH_ROUNDS)).toBe(true);
    expect(finalists[0]?.repeats.map(({ round }) => round)).toEqual([SEARCH_ROUNDS, SEARCH_ROUNDS + 1]);
  });

  test("the searcher's recommendation is tried beside the best trials", async () => {
    const { finalists } = await run(runFolder(), { searcher: new RecommendingSearcher(walk) });
    expect(finalists).toHaveLength(4);
    expect(finalists[0]).toMatchObject({ theta: [1, 1], trial: null, rewards: [0.5, 0.5] });
  });

  test('a recommendation that was tried is that trial, though it is not among the best', async () => {
    const { trials } = await run(runFolder());
    const worst = trials.toSorted((a, b) => (a.theta[0] as number) - (b.theta[0] as number))[0];
    const searcher = Object.assign(new WalkSearcher(walk), { recommend: () => ({ theta: worst?.theta }) });
    const { finalists } = await run(runFolder(), { searcher });
    expect(finalists).toHaveLength(4);
    expect(finalists.at(-1)?.trial).toMatchObject({ number: worst?.number, theta: worst?.theta });
  });

  test('a failed repeat counts as 0', async () => {
    const { finalists } = await run(runFolder(), {
      searcher: new RecommendingSearcher(walk),
      run: async (task, report, alive) =>
        task.round === SEARCH_ROUNDS && task.theta.every((value) => value === 1)
          ? { status: 'failed', error: 'not finite' }
          : lucky(task, report, alive),
    });
    expect(finalists.find(({ trial }) => trial === null)?.rewards).toEqual([0, 0.5]);
  });

  test('stopped in the midst, it goes on to the same end', async () => {
    const whole = await run(runFolder(), { concurrency: 2 });
    const folder = runFolder();
    const stop = new AbortController();
    const stopped = await run(folder, {
      signal: stop.signal,
      run: async (task, report, alive) => {
        if (task.round === SEARCH_ROUNDS + 1) stop.abort(new Error('stopped'));
        return lucky(task, report, alive);
      },
    });
    expect(stopped.status).toBe('interrupted');
    const resumed = await run(folder);
    expect(resumed.status).toBe('complete');
    expect(resumed.hash).toBe(whole.hash);
    expect(resumed.finalists.map(({ theta, rewards }) => ({ theta, rewards }))).toEqual(
      whole.finalists.map(({ theta, rewards }) => ({ theta, rewards })),
    );
  });
});

describe('a race of those that are tried again', () => {
  const race: RaceOptions = { error: 0.2 };
  /** Far apart but for a little noise. */
  const apart: TrialRunner['run'] = async ({ theta, round, index }) => {
    const noise = 0.001 * ((7 * round + 3 * index) % 5);
    return { status: 'complete', reward: 0.5 * (theta[0] as number) + noise, metrics: { round }, images: 1 };
  };
  const searcher = () => new RecommendingSearcher(walk);

  test('those that are worse leave, and no more trials are run than without', async () => {
    const { finalists, trials } = await run(runFolder(), { searcher: searcher(), run: apart, race });
    expect(finalists).toHaveLength(4);
    expect(finalists[0]?.theta).toEqual([1, 1]);
    const counts = finalists.map(({ rewards }) => rewards.length);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(8);
    expect(counts.at(-1)).toBeGreaterThan(0);
    expect(trials).toHaveLength(12);
  });

  test('goes on from any moment to the same end, with any number of workers', async () => {
    const options = () => ({ searcher: searcher(), run: apart, race, confirm: 2 });
    const whole = await run(runFolder(), options());
    for (const kill of [13, 16, 18]) {
      const folder = runFolder();
      const stop = new AbortController();
      let begun = 0;
      const stopped = await run(folder, {
        ...options(),
        concurrency: 1 + (kill % 3),
        signal: stop.signal,
        run: async (...args) => {
          begun += 1;
          if (begun === kill) stop.abort(new Error('stopped'));
          return apart(...args);
        },
      });
      const resumed = await run(folder, { ...options(), concurrency: 2 });
      expect([stopped.status, resumed.status]).toEqual(['interrupted', 'complete']);
      expect(resumed.hash).toBe(whole.hash);
      expect(resumed.finalists).toMatchObject(whole.finalists.map(({ theta, rewards }) => ({ theta, rewards })));
    }
  });

  test('what the one that is named is worth is said by rounds that come after all of a race', async () => {
    const { finalists, estimate, hash } = await run(runFolder(), {
      searcher: searcher(),
      run: apart,
      race,
      confirm: 3,
    });
    expect(hash).toBeTruthy();
    expect(estimate?.rewards).toHaveLength(3);
    const raced = finalists.flatMap(({ repeats }) => repeats.map(({ round }) => round));
    expect(Math.max(...raced)).toBeLessThan(SEARCH_ROUNDS + 2 * 4);
  });

  test('ends before the rounds that are kept for what the winner is worth, however many rivals there are', async () => {
    const rivals = Array.from({ length: 7 }, (_, index) => ({ name: `rival ${index}`, theta: [index / 100, 0.5] }));
    // Two in the lead that nothing tells apart: they race until the end.
    const run$: TrialRunner['run'] = async ({ theta, round }) => {
      const noise = 0.01 * ((round * (1 + Math.round(100 * (theta[1] as number)))) % 3);
      return { status: 'complete', reward: (theta[0] as number) > 0.045 ? 0.5 + noise : 0.1, metrics: {}, images: 1 };
    };
    const options = { searcher: searcher(), run: run$, race, confirm: 2, rivals };
    const { finalists, estimate } = await run(runFolder(), options);
    const raced = finalists.flatMap(({ repeats }) => repeats.map(({ round }) => round));
    expect(Math.max(...raced)).toBeLessThan(SEARCH_ROUNDS + 2 * 4);
    expect(estimate?.rewards).toHaveLength(2);
    expect(finalists).toHaveLength(11);
  });

  test('where rewards tell no losses apart, there is none', async () => {
    const equal: TrialRunner['run'] = async () => ({ status: 'complete', reward: 0.4, metrics: {}, images: 1 });
    const { signal, finalists } = await run(runFolder(), { run: equal, race });
    expect([signal, finalists]).toEqual(['none', []]);
  });
});

describe('the estimate of what the winner is worth', () => {
  test('comes from rounds that nothing was chosen by', async () => {
    // In the rounds of the reevaluation one candidate is lucky again, in those after nobody is.
    const run: TrialRunner['run'] = async ({ theta, round, index }) => {
      const luck = round >= SEARCH_ROUNDS && round < SEARCH_ROUNDS + 2 && index === 0 ? 0.4 : 0;
      return { status: 'complete', reward: 0.5 * (theta[0] as number) + luck, metrics: { round }, images: 1 };
    };
    const { finalists, estimate } = await run2(run);
    const [winner] = finalists;
    expect(estimate?.rewards).toHaveLength(3);
    expect(estimate?.mean).toBeCloseTo(0.5 * (winner?.theta[0] as number), 12);
    expect(winner === undefined ? 0 : meanReward(winner)).toBeCloseTo((estimate?.mean ?? 0) + 0.4, 12);
  });

  const run2 = (task: TrialRunner['run']) => run(runFolder(), { run: task, confirm: 3 });

  test('has the interval of Student', () => {
    // t(0.975, 3) = 3.182446305284263; s = √(5/3) / 10, s/√4 = 0.0645497224367903.
    const { mean, interval } = estimateOf([0.4, 0.5, 0.6, 0.7]);
    expect(mean).toBeCloseTo(0.55, 12);
    expect(interval?.[0]).toBeCloseTo(0.55 - 3.182446305284263 * 0.0645497224367903, 8);
    expect(interval?.[1]).toBeCloseTo(0.55 + 3.182446305284263 * 0.0645497224367903, 8);
    expect(estimateOf([0.5]).interval).toBeNull();
  });

  test('has an interval within what rewards can be, around their mean', () => {
    const reward = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(reward, { minLength: 2, maxLength: 6 }), (rewards) => {
        const { mean, interval } = estimateOf(rewards);
        const [low, high] = interval ?? [Number.NaN, Number.NaN];
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(mean);
        expect(high).toBeGreaterThanOrEqual(Math.min(1, mean));
      }),
    );
  });
});
