import { compare, type SearchEvent, search, train } from '@auto-seg-loss/runtime';
import { describe, expect, test } from 'vitest';
import { loaded, makeExecutor } from './in-process.ts';
import { CONFIG } from './search-of-seconds.ts';

describe('a data set without val images', () => {
  const dataset = { ...CONFIG.dataset, val: 0 };

  test('is enough for a search, which says that there is nothing to compare on', async () => {
    const events: SearchEvent[] = [];
    const searcher = { use: 'random', rounds: 1, samples: 2 };
    const config = await loaded({ dataset, searcher, reevaluation: { repeats: 0 } });
    const result = await search(config, { makeExecutor, onEvent: (event) => events.push(event) });
    expect(result).toMatchObject({ status: 'complete', comparable: false });
    expect(events.filter(({ type }) => type === 'trial-finished')).toHaveLength(2);
  });

  test.each([
    [
      'compare',
      (config: Awaited<ReturnType<typeof loaded>>, options: object) =>
        compare(config, { losses: ['dice'], ...options }),
    ],
    [
      'compare with learning rates',
      (config: Awaited<ReturnType<typeof loaded>>, options: object) =>
        compare(config, { losses: ['dice'], learningRates: [0.1, 0.2], ...options }),
    ],
    [
      'train',
      (config: Awaited<ReturnType<typeof loaded>>, options: object) => train(config, { loss: 'dice', ...options }),
    ],
  ])('%s says what it lacks before it trains anything', async (_, run) => {
    const events: unknown[] = [];
    const onEvent = (event: unknown) => events.push(event);
    await expect(run(await loaded({ dataset }), { makeExecutor, onEvent })).rejects.toMatchObject({
      code: 'ASL_DATA_MISSING',
      details: { expected: expect.stringContaining('a val split'), remedy: expect.stringContaining('fraction') },
    });
    expect(events).toEqual([]);
  });
});
