import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AslError } from '@auto-seg-loss/kernel';
import { resumeSearch, type SearchResult, search } from '@auto-seg-loss/runtime';
import { TrialStore } from '@auto-seg-loss/study';
import { describe, expect, test } from 'vitest';
import { loaded } from './in-process.ts';
import { madeUp, UNTRAINED } from './made-up-rewards.ts';

/** The failure of a search that came to its end and names no loss. */
async function failure(ended: Promise<SearchResult>): Promise<AslError> {
  const result = await ended;
  expect([result.status, result.found]).toEqual(['complete', undefined]);
  if (result.failure === undefined) throw new Error('it does not say why');
  return result.failure;
}

const searcher = { use: 'ppo', rounds: 2, samples: 3 };

describe('a search without a signal', () => {
  test('names no loss, trains no more to name one, and keeps its trials', async () => {
    const config = await loaded({ ...UNTRAINED, searcher });
    const rounds: number[] = [];
    const makeExecutor = madeUp(
      () => 0.4453125,
      ({ round }) => rounds.push(round),
    );
    const out = join(config.baseDir, 'run');
    const error = await failure(search(config, { makeExecutor, out }));
    expect(error.code).toBe('ASL_SEARCH_FAILED');
    expect(error.exitCode).toBe(1);
    expect(error.details.received).toMatch(
      /^all 6 trials had the same reward, 44\.53 % \(miou\); "pavement" was never predicted right/,
    );
    expect(rounds).toEqual([0, 0, 0, 1, 1, 1]);
    expect(existsSync(join(out, 'loss.json'))).toBe(false);
    // Once more, it says the same.
    const again = await failure(resumeSearch(out, { makeExecutor }));
    expect(again.format()).toBe(error.format());
    // And with rounds that have one, it names a loss.
    const { found, trials } = await resumeSearch(out, { makeExecutor: madeUp(), set: ['searcher.rounds=3'] });
    expect(trials).toHaveLength(9);
    expect(existsSync(found?.path ?? '')).toBe(true);
  });

  test('is one whose rewards differ between rounds alone', async () => {
    const config = await loaded({ ...UNTRAINED, searcher });
    const error = await failure(search(config, { makeExecutor: madeUp(({ round }) => 0.4 + round / 10) }));
    expect(error.details.received).toMatch(
      /^6 trials, those of a round with equal rewards \(miou 40\.00 %, 50\.00 %\)/,
    );
  });

  test('is told of its guards where these take all rewards', async () => {
    const guards = [{ metric: 'gacc', drop: 0 }];
    const config = await loaded({ ...UNTRAINED, searcher, guards });
    const out = join(config.baseDir, 'run');
    // What the guards compare with is measured, with a training of its own.
    const error = await failure(search(config, { makeExecutor: madeUp(() => 0), out }));
    expect(error.details.remedy).toMatch(/^begin a new search whose guards \("gacc"\) let more through/);
  });
});

test('a single loss is named, with a warning', async () => {
  const config = await loaded({ ...UNTRAINED, searcher: { use: 'random', rounds: 1, samples: 1 } });
  const { warnings, found, folder } = await search(config, { makeExecutor: madeUp() });
  expect(warnings).toContainEqual(expect.stringMatching(/^a single loss was scored/));
  expect(found).toBeDefined();
  const store = TrialStore.read(folder);
  // It is tried again all the same.
  expect(store.trials().length).toBeGreaterThan(1);
  store.close();
});
