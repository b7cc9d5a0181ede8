import type { Proposal, Searcher, TrialResult } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import {
  InlineExecutor,
  type PruningOptions,
  runStudy,
  type StudyEvent,
  type StudyResult,
  type TrialRunner,
  TrialStore,
  type TrialTask,
} from '../src/index.ts';
import { passesMedian, survivors } from '../src/pruning.ts';
import { runFolder } from './run-folder.ts';

const scores = (reward: number) => ({ reward, metrics: null, images: 0 });

describe('survivors', () => {
  const contestants = fc
    .array(fc.record({ reward: fc.constantFrom(0, 0.25, 0.5, 1), whole: fc.boolean() }), { minLength: 1, maxLength: 9 })
    .map((drawn) => drawn.map(({ reward, whole }, index) => ({ index, whole, scores: scores(reward) })));

  test.prop([contestants, fc.constantFrom(0.1, 1 / 3, 0.5, 0.9)])(
    'are a share of them, the best, and whoever is never pruned; whatever their order',
    (all, keep) => {
      const going = survivors(all, keep);
      const places = Math.max(1, Math.ceil(keep * all.length));
      const wholes = all.filter(({ whole }) => whole).length;
      expect(going.size).toBe(Math.max(places, wholes));
      for (const { index, whole } of all) if (whole) expect(going.has(index)).toBe(true);
      const others = all.filter(({ whole }) => !whole);
      for (const a of others.filter(({ index }) => going.has(index))) {
        for (const b of others.filter(({ index }) => !going.has(index))) {
          expect(a.scores.reward).toBeGreaterThanOrEqual(b.scores.reward);
          if (a.scores.reward === b.scores.reward) expect(a.index).toBeLessThan(b.index);
        }
      }
      expect(survivors(all.toReversed(), keep)).toEqual(going);
    },
  );
});

describe('the median rule', () => {
  test('lets everything pass until there is a median worth the name', () => {
    expect(passesMedian(0, Array(7).fill(1))).toBe(true);
    expect(passesMedian(0, Array(8).fill(1))).toBe(false);
  });

  test('is at or above half of the earlier ones', () => {
    const earlier = [0.9, 0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8];
    expect(passesMedian(0.5, earlier)).toBe(true);
    expect(passesMedian(0.49, earlier)).toBe(false);
    expect(passesMedian(0.4, [...earlier, 0.05])).toBe(true);
  });
});

/** Proposes the same points each round, the first of which is never pruned. */
class FixedSearcher implements Searcher {
  readonly name = 'fixed';
  readonly rounds: number;
  readonly samples = 6;
  readonly told: (readonly TrialResult[])[] = [];

  constructor(rounds = 1) {
    this.rounds = rounds;
  }
  ask(): readonly Proposal[] {
    return [0.05, 0.2, 0.4, 0.6, 0.8, 0.9].map((x, index) => ({
      theta: [x, this.told.length / 10],
      ...(index === 0 ? { whole: true as const } : {}),
    }));
  }
  tell(results: readonly TrialResult[]): void {
    this.told.push(results);
  }
  snapshot() {
    return { told: this.told.map((results) => results.map((result) => ({ ...result }))) } as never;
  }
  restore(state: never): void {
    this.told.splice(0, this.told.length, ...(state as { told: TrialResult[][] }).told);
  }
}

/** Worth its first coordinate, reached in proportion to the share trained; notes what was asked of it. */
const runner = (tasks: TrialTask[] = []): TrialRunner['run'] => {
  return async (task) => {
    tasks.push(task);
    const worth = { ...scores((task.theta[0] as number) * task.until), images: Math.round(100 * task.until) };
    return task.until < 1 ? { status: 'paused', ...worth } : { status: 'complete', ...worth };
  };
};

const halving: PruningOptions = { rule: 'halving', rungs: [0.25, 0.5], keep: 0.5 };
const median: PruningOptions = { rule: 'median', rungs: [0.5], keep: 0.5 };

async function study(options: {
  pruning: PruningOptions;
  rounds?: number;
  run?: TrialRunner['run'];
  concurrency?: number;
  folder?: string;
  signal?: AbortSignal;
  onEvent?: (event: StudyEvent) => void;
}): Promise<{ result: StudyResult; searcher: FixedSearcher; hash: string }> {
  const { folder = runFolder(), run = runner(), concurrency = 1, pruning } = options;
  let store: TrialStore;
  try {
    store = TrialStore.open(folder);
  } catch {
    store = TrialStore.create(folder, { config: {}, environment: {} });
  }
  const searcher = new FixedSearcher(options.rounds);
  try {
    const result = await runStudy({
      searcher,
      store,
      pruning,
      executor: new InlineExecutor({ run }, concurrency),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
      ...(options.onEvent === undefined ? {} : { onEvent: options.onEvent }),
    });
    return { result, searcher, hash: store.contentHash() };
  } finally {
    store.close();
  }
}

describe('halving', () => {
  test('trains all to the first rung, half of them to the second, half of those to the end', async () => {
    const tasks: TrialTask[] = [];
    const { result, searcher } = await study({ pruning: halving, run: runner(tasks) });
    expect(tasks.map(({ index, from, until }) => [index, from, until])).toEqual([
      ...[0, 1, 2, 3, 4, 5].map((index) => [index, 0, 0.25]),
      // Three places: the one that is never pruned, and the two best.
      ...[0, 4, 5].map((index) => [index, 0.25, 0.5]),
      ...[0, 5].map((index) => [index, 0.5, 1]),
    ]);
    const outcomes = result.trials.map(({ outcome }) => outcome);
    expect(outcomes.map((outcome) => outcome?.status)).toEqual([
      'complete',
      'pruned',
      'pruned',
      'pruned',
      'pruned',
      'complete',
    ]);
    expect(outcomes[1]).toEqual({ status: 'pruned', reward: 0.05, metrics: null, images: 25, share: 0.25 });
    expect(outcomes[4]).toMatchObject({ reward: 0.4, images: 50, share: 0.5 });
    expect(result.best?.index).toBe(5);
    expect(searcher.told[0]?.[1]).toEqual({ theta: [0.2, 0], status: 'pruned', reward: 0.05, share: 0.25 });
  });

  test('ends the same with any number of trials at a time', async () => {
    const hashes = [];
    for (const concurrency of [1, 2, 5]) hashes.push((await study({ pruning: halving, rounds: 3, concurrency })).hash);
    expect(new Set(hashes).size).toBe(1);
  });

  test('stopped at any moment, it goes on to the same end without doing a rung again', async () => {
    const undisturbed = await study({ pruning: halving, rounds: 2 });
    const total = 2 * (6 + 3 + 2);
    for (let stopAfter = 1; stopAfter < total; stopAfter += 3) {
      const folder = runFolder();
      const controller = new AbortController();
      const tasks: TrialTask[] = [];
      const run: TrialRunner['run'] = async (task, report, alive) => {
        const outcome = await runner(tasks)(task, report, alive);
        if (tasks.length === stopAfter) controller.abort(new Error('stop'));
        return outcome;
      };
      const stopped = await study({ pruning: halving, rounds: 2, folder, run, signal: controller.signal });
      expect(stopped.result.status).toBe('interrupted');
      const { hash } = await study({ pruning: halving, rounds: 2, folder, run: runner(tasks) });
      expect(hash).toBe(undisturbed.hash);
      expect(tasks.length).toBe(total);
    }
  });

  test('a trial that fails on the way takes no place of others', async () => {
    const run: TrialRunner['run'] = async (task, report, alive) => {
      if (task.index === 5) return { status: 'failed', error: 'not finite' };
      return runner()(task, report, alive);
    };
    const { result } = await study({ pruning: halving, run });
    expect(result.trials[5]?.outcome?.status).toBe('failed');
    expect(result.best?.index).toBe(4);
  });
});

describe('pruning by the median', () => {
  test('of earlier rounds: the first ones are complete, later ones are judged one by one', async () => {
    const tasks: TrialTask[] = [];
    const events: StudyEvent[] = [];
    const { result } = await study({
      pruning: median,
      rounds: 3,
      run: runner(tasks),
      onEvent: (event) => events.push(event),
    });
    const statuses = result.trials.map(({ outcome }) => outcome?.status);
    // 5 trials with a rung a round: 8 are there when the third round begins.
    expect(statuses.slice(0, 12)).toEqual(Array(12).fill('complete'));
    expect(statuses.slice(12)).toEqual(['complete', 'pruned', 'pruned', 'complete', 'complete', 'complete']);
    expect(events.filter(({ type }) => type === 'rung-reached').length).toBe(15);
    // The one that is never pruned is trained in one go.
    expect(tasks.filter(({ index }) => index === 0).map(({ from, until }) => [from, until])).toEqual(
      Array(3).fill([0, 1]),
    );
  });

  test('ends the same with any number of trials at a time', async () => {
    const hashes = [];
    for (const concurrency of [1, 2, 5]) hashes.push((await study({ pruning: median, rounds: 4, concurrency })).hash);
    expect(new Set(hashes).size).toBe(1);
  });
});
