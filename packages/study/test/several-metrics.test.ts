import type { Searcher } from '@auto-seg-loss/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dominates,
  InlineExecutor,
  meanScores,
  type PruningOptions,
  replay,
  runStudy,
  type StudyEvent,
  type StudyResult,
  type TrialRunner,
  TrialStore,
} from '../src/index.ts';
import { WalkSearcher } from './fixtures/walk-searcher.mjs';
import { runFolder } from './run-folder.ts';

/** Two metrics that want other places of the square; some trials fail. */
const run: TrialRunner['run'] = async ({ theta, round, until }) => {
  const [x = 0, y = 0] = theta;
  if ((x * 1000) % 7 < 0.5) return { status: 'failed', error: 'not finite' };
  const near = (a: number, b: number): number => 1 - (x - a) ** 2 - (y - b) ** 2 - 0.01 * (round % 3);
  const scores = [near(0.2, 0.4) * until, near(0.8, 0.6) * until].map((score) => Math.max(0, score));
  const [first = 0, second = 0] = scores;
  const ended = { reward: (first + second) / 2, scores, metrics: { round }, images: 1 };
  return until < 1 ? { status: 'paused', ...ended } : { status: 'complete', ...ended };
};

interface Options {
  readonly rounds: number;
  readonly concurrency?: number;
  readonly stopAfter?: number;
  readonly pruning?: PruningOptions | null;
  readonly run?: TrialRunner['run'];
  readonly repeats?: number;
  readonly onEvent?: (event: StudyEvent) => void;
}

const make = (rounds: number): Searcher => new WalkSearcher({ samples: 4, rounds }) as Searcher;

async function study(folder: string, options: Options): Promise<StudyResult & { readonly hash: string }> {
  const { rounds, concurrency = 1, stopAfter = Number.POSITIVE_INFINITY, pruning = null, repeats = 2 } = options;
  let store: TrialStore;
  try {
    store = TrialStore.open(folder);
  } catch {
    store = TrialStore.create(folder, { config: {}, environment: {} });
  }
  const stop = new AbortController();
  let trials = 0;
  try {
    const result = await runStudy({
      searcher: make(rounds),
      store,
      executor: new InlineExecutor({ run: options.run ?? run }, concurrency),
      reevaluation: { candidates: 4, repeats, confirm: repeats === 0 ? 0 : 2 },
      pruning,
      several: true,
      signal: stop.signal,
      onEvent: (event) => {
        options.onEvent?.(event);
        if (event.type === 'trial-finished' && ++trials >= stopAfter) stop.abort(new Error('enough'));
      },
    });
    return { ...result, hash: store.contentHash() };
  } finally {
    store.close();
  }
}

const RULES: readonly (PruningOptions | null)[] = [
  null,
  { rule: 'halving', rungs: [0.5], keep: 0.5 },
  { rule: 'median', rungs: [0.5], keep: 0.5 },
];

describe('a study of several metrics', () => {
  test('ends alike with any number of workers, and however often it was stopped', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...RULES),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 24 }),
        async (pruning, concurrency, stopAfter) => {
          const whole = await study(runFolder(), { rounds: 4, pruning });
          const folder = runFolder();
          await study(folder, { rounds: 4, pruning, concurrency, stopAfter });
          expect((await study(folder, { rounds: 4, pruning, concurrency })).hash).toBe(whole.hash);
        },
      ),
      { numRuns: 5 },
    );
  });

  test('takes more rounds, and is what it would have been with them', async () => {
    const folder = runFolder();
    await study(folder, { rounds: 2 });
    const store = TrialStore.open(folder);
    expect(replay(make(5), store, 2)).toBeNull();
    store.changeConfig({}, 2);
    store.close();
    expect((await study(folder, { rounds: 5 })).hash).toBe((await study(runFolder(), { rounds: 5 })).hash);
  });

  test('names the front of the means of the repeats, the knee first among what was tried again', async () => {
    const { front, finalists } = await study(runFolder(), { rounds: 4 });
    const means = finalists.map(({ scores }) => meanScores(scores ?? []));
    const expected = finalists.filter((_, index) => !means.some((other) => dominates(other, means[index] ?? [])));
    expect(new Set(front?.points)).toEqual(new Set(expected));
    expect(finalists[0]).toBe(front?.points[front.knee]);
    expect(front?.confirmed).toHaveLength(2);
  });

  test('without repeats names the front of the trials', async () => {
    const { front, trials, finalists } = await study(runFolder(), { rounds: 3, repeats: 0 });
    expect(finalists).toEqual([]);
    const scored = trials.flatMap(({ outcome }) => (outcome?.status === 'complete' ? [outcome.scores ?? []] : []));
    const best = scored.filter((one) => !scored.some((other) => dominates(other, one)));
    expect(new Set(front?.points.map(({ scores }) => scores?.[0]))).toEqual(new Set(best));
  });

  test('tells of the front as it grows, which holds what is not dominated', async () => {
    const fronts: number[] = [];
    await study(runFolder(), {
      rounds: 3,
      onEvent: (event) => {
        if (event.type === 'round-finished') fronts.push(event.front?.length ?? 0);
      },
    });
    expect(fronts).toHaveLength(3);
    expect(Math.min(...fronts)).toBeGreaterThan(0);
  });

  test('says by which metric there is no signal, and has none where all are alike by all', async () => {
    const flat: TrialRunner['run'] = async ({ theta: [x = 0] }) => {
      return { status: 'complete', reward: x / 2, scores: [x, 0], metrics: {}, images: 1 };
    };
    const one = await study(runFolder(), { rounds: 2, run: flat });
    expect([one.signal, one.signals]).toEqual(['some', ['some', 'none']]);
    expect(one.front?.points).toHaveLength(1);
    const equal: TrialRunner['run'] = async () => {
      return { status: 'complete', reward: 0.25, scores: [0.5, 0], metrics: {}, images: 1 };
    };
    expect((await study(runFolder(), { rounds: 2, run: equal })).signal).toBe('none');
  });

  test('scores that are none fail the trial', async () => {
    const wrong: TrialRunner['run'] = async () => {
      return { status: 'complete', reward: 0.5, scores: [0.5, Number.NaN], metrics: {}, images: 1 };
    };
    const { trials } = await study(runFolder(), { rounds: 1, run: wrong });
    expect(trials.map(({ outcome }) => outcome?.status)).toEqual(Array(4).fill('failed'));
  });
});
