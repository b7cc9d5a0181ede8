import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { compare, comparedLeads, resumeSearch, type SearchEvent, search } from '@auto-seg-loss/runtime';
import { fc, test as property } from '@fast-check/vitest';
import { describe, expect, test } from 'vitest';
import { levelReward } from '../src/jobs/guards.ts';
import { loaded, makeExecutor } from './in-process.ts';
import { madeUp } from './made-up-rewards.ts';
import { CONFIG } from './search-of-seconds.ts';

const { size, batchSize, warmStart } = CONFIG.proxy;
/** All that a search may spend its trainings by. */
const FOLDED = {
  searcher: { use: 'random', rounds: 3, samples: 3 },
  proxy: { size, batchSize, iterations: 4, learningRate: 0.2, warmStart, reward: { folds: 2 } },
  pruning: { rule: 'halving', rungs: [0.5], keep: 0.7 },
  guards: [{ metric: 'gacc', drop: 0.5 }],
  reevaluation: { candidates: 3, repeats: 3, confirm: 2, race: {} },
};

describe('a search whose rewards are of folds', () => {
  test('goes on from a kill to the same loss, and a comparison says how far its lead is that on val', async () => {
    const config = await loaded(FOLDED);
    const out = (name: string): string => join(config.baseDir, name);
    const whole = await search(config, { makeExecutor, out: out('whole') });
    const stop = new AbortController();
    let finished = 0;
    const onEvent = ({ type }: SearchEvent): void => {
      if (type === 'trial-finished' && ++finished === 11) stop.abort(new Error('stop'));
    };
    const stopped = await search(config, { makeExecutor, out: out('stopped'), signal: stop.signal, onEvent });
    expect([whole.status, stopped.status]).toEqual(['complete', 'interrupted']);
    const resumed = await resumeSearch(out('stopped'), { makeExecutor });
    const bytes = (path = '') => readFile(path, 'utf8');
    expect(await bytes(resumed.found?.path)).toBe(await bytes(whole.found?.path));
    expect((await readdir(out('whole'))).filter((name) => name.startsWith('warm-start'))).toEqual([
      'warm-start-1.safetensors',
      'warm-start-2.safetensors',
    ]);
    const { reward, found } = JSON.parse(await bytes(whole.found?.path));
    expect(reward).toMatchObject({ folds: 2, reference: { loss: 'cross-entropy' } });
    expect(found).toMatchObject({
      proxy: { reward: { split: 'train', fraction: 0.25, folds: 2 } },
      reevaluation: { race: { error: 0.1 } },
    });
    const losses = [whole.found?.path ?? '', 'cross-entropy'];
    const compared = await compare(config, { losses, seeds: 2, out: out('compared'), makeExecutor });
    const [lead, ...rest] = comparedLeads(compared.losses);
    expect(rest).toEqual([]);
    const [own, other] = compared.losses.map(({ metrics }) => metrics.miou?.values ?? []);
    expect(lead?.lead).toBeCloseTo(reward.value - reward.reference.value, 12);
    const mean = ((own?.[0] ?? 0) - (other?.[0] ?? 0) + (own?.[1] ?? 0) - (other?.[1] ?? 0)) / 2;
    expect(lead?.val).toMatchObject({ seeds: 2 });
    expect(lead?.val?.mean).toBeCloseTo(mean, 12);
  });

  test('without a signal names no loss, whatever spends its trainings', async () => {
    const config = await loaded({ ...FOLDED, proxy: { ...FOLDED.proxy, warmStart: null } });
    const result = await search(config, { makeExecutor: madeUp(({ round }) => 0.4 + round / 20) });
    expect([result.status, result.found]).toEqual(['complete', undefined]);
    expect(result.failure?.message).toMatch(/^no signal/);
  });

  property.prop([
    fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 2, maxLength: 6 }),
    fc.double({ min: 0, max: 1, noNaN: true }),
  ])('takes from a reward what its fold is easier than the mean of all', (reference, reward) => {
    const mean = reference.reduce((sum, value) => sum + value, 0) / reference.length;
    for (const [fold, reached] of reference.entries()) {
      const levelled = levelReward(reward, reference, fold);
      expect(levelled).toBeCloseTo(Math.min(1, Math.max(0, reward - reached + mean)), 12);
      // What the hand-made loss reaches is worth the same on every fold.
      expect(levelReward(reached, reference, fold)).toBeCloseTo(mean, 12);
    }
  });
});
