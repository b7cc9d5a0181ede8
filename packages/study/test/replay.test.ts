import type { Searcher } from '@auto-seg-loss/kernel';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InlineExecutor, replay, runStudy, type TrialRunner, TrialStore } from '../src/index.ts';
import { WalkSearcher } from './fixtures/walk-searcher.mjs';
import { runFolder } from './run-folder.ts';

const REEVALUATION = { candidates: 2, repeats: 1, confirm: 1 };

/** Worth what θ says; some fail. */
const run: TrialRunner['run'] = async ({ theta, round }) => {
  const [x = 0, y = 0] = theta;
  if ((x * 1000) % 7 < 1) return { status: 'failed', error: 'not finite' };
  return { status: 'complete', reward: 1 - (x - 0.7) ** 2 - (y - 0.7) ** 2, metrics: { round }, images: 1 };
};

const make = (walk: object): Searcher => new WalkSearcher({ samples: 3, ...walk }) as Searcher;

async function study(folder: string, rounds: number, stopAfter = Number.POSITIVE_INFINITY): Promise<string> {
  const config = { rounds };
  const store = isNew(folder) ? TrialStore.create(folder, { config, environment: {} }) : TrialStore.open(folder);
  const stop = new AbortController();
  let trials = 0;
  try {
    await runStudy({
      searcher: make({ rounds }),
      store,
      executor: new InlineExecutor({ run }),
      reevaluation: REEVALUATION,
      signal: stop.signal,
      onEvent: ({ type }) => {
        if (type === 'trial-finished' && ++trials >= stopAfter) stop.abort(new Error('enough'));
      },
    });
    return store.contentHash();
  } finally {
    store.close();
  }
}

function isNew(folder: string): boolean {
  try {
    TrialStore.open(folder).close();
    return false;
  } catch {
    return true;
  }
}

/** Gives a search more rounds, as one that was asked for so many from the beginning. */
function extend(folder: string, from: number, to: number): void {
  const store = TrialStore.open(folder);
  expect(replay(make({ rounds: to }), store, from)).toBeNull();
  store.changeConfig({ rounds: to }, from);
  store.close();
}

describe('a search gone through again', () => {
  const rounds = fc.integer({ min: 1, max: 4 });
  test('is the same with more rounds, and then ends as if it had had them from the beginning', async () => {
    await fc.assert(
      fc.asyncProperty(rounds, rounds, fc.integer({ min: 1, max: 20 }), async (first, more, stopAfter) => {
        const folder = runFolder();
        await study(folder, first, stopAfter);
        extend(folder, first, first + more);
        expect(await study(folder, first + more)).toBe(await study(runFolder(), first + more));
      }),
      { numRuns: 15 },
    );
  });

  test.each([
    ['another seed', { seed: 2 }, 0, 'its loss 1 is another'],
    ['other samples', { samples: 4 }, 0, 'it proposes 4 losses in place of 3'],
    ['fewer rounds', { rounds: 1 }, 1, 'ended'],
  ])('with %s, it is said where it parts', async (_, walk, round, what) => {
    const folder = runFolder();
    await study(folder, 3);
    const store = TrialStore.open(folder);
    expect(replay(make({ rounds: 3, ...walk }), store, 3)).toEqual({ round, what });
    store.close();
  });

  test('a searcher whose state speaks of all its rounds is not taken for one with more', async () => {
    const folder = runFolder();
    await study(folder, 2);
    const store = TrialStore.open(folder);
    const searcher = make({ rounds: 3 });
    const annealing = Object.create(searcher, {
      ask: { value: () => searcher.ask() },
      tell: { value: (results: never) => searcher.tell(results) },
      snapshot: { value: () => ({ ...(searcher.snapshot() as object), of: 3 }) },
    });
    expect(replay(annealing, store, 2)).toEqual({ round: 2, what: 'its state is another' });
    store.close();
  });

  test('the round under way is compared too', async () => {
    const folder = runFolder();
    await study(folder, 3, 4);
    const store = TrialStore.open(folder);
    expect(replay(make({ rounds: 5 }), store, 3)).toBeNull();
    const searcher = make({ rounds: 5 });
    let asked = 0;
    const changing = Object.create(searcher, {
      ask: {
        value: () => searcher.ask().map(({ theta }) => ({ theta: asked++ < 3 ? theta : theta.map((x) => x / 2) })),
      },
      tell: { value: (results: never) => searcher.tell(results) },
      snapshot: { value: () => searcher.snapshot() },
    });
    expect(replay(changing, store, 3)).toEqual({ round: 1, what: 'its loss 1 is another' });
    store.close();
  });
});
