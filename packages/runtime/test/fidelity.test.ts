import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fidelity, type SearchEvent, search } from '@auto-seg-loss/runtime';
import { describe, expect, test } from 'vitest';
import { loaded, makeExecutor } from './in-process.ts';
import { failure } from './project.ts';

const SEARCH = {
  searcher: { use: 'random', rounds: 1, samples: 9 },
  reevaluation: { candidates: 1, repeats: 0, confirm: 0 },
};

describe('fidelity', () => {
  test('measures trials from the worst to the best, short and long, and goes on where it was stopped', async () => {
    const { folder, trials } = await search(await loaded(SEARCH), { makeExecutor });
    const options = { candidates: 5, iterations: 8, makeExecutor };
    const stop = new AbortController();
    const onEvent = (event: SearchEvent, stage: string): void => {
      if (stage === 'long' && event.type === 'trial-finished') stop.abort(new Error('stop'));
    };
    expect(await fidelity(folder, { ...options, signal: stop.signal, onEvent })).toBeUndefined();
    const begun: string[] = [];
    const result = await fidelity(folder, {
      ...options,
      onEvent: (event, stage) => event.type === 'trial-started' && begun.push(stage),
    });
    // One of the long trainings was finished before.
    expect(begun).toEqual(['long', 'long', 'long', 'long']);
    const rewards = trials.map(({ outcome }) => (outcome?.status === 'complete' ? outcome.reward : Number.NaN)).sort();
    const searched = result?.candidates.map((one) => one.searched).sort();
    expect(searched).toEqual([0, 2, 4, 6, 8].map((place) => rewards[place]));
    expect(result?.iterations).toEqual({ short: 4, long: 8 });
    const long = result?.candidates.map((one) => one.long) ?? [];
    expect(long).toEqual(long.toSorted((a, b) => b - a));
    expect(result?.candidates.some((one) => one.short !== one.long)).toBe(true);
    const { correlation } = JSON.parse(await readFile(join(folder, 'fidelity.json'), 'utf8'));
    expect(correlation).toEqual(result?.correlation);
  });

  test('a run without enough different trials says so', async () => {
    const config = await loaded({ ...SEARCH, searcher: { use: 'random', rounds: 1, samples: 4 } });
    const { folder } = await search(config, { makeExecutor });
    expect((await failure(fidelity(folder, { makeExecutor }))).code).toBe('ASL_SEARCH_FAILED');
    expect((await failure(fidelity(join(folder, 'none'), { makeExecutor }))).code).toBe('ASL_RUN_FOLDER');
  });
});
