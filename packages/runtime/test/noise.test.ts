import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { noise, type SearchEvent, search } from '@auto-seg-loss/runtime';
import { describe, expect, test } from 'vitest';
import { meanOrder, noiseTable, orderOfMeans } from '../src/measure/noise-table.ts';
import { loaded, makeExecutor } from './in-process.ts';
import { CONFIG } from './search-of-seconds.ts';

describe('noise', () => {
  test('measures losses of a run in all combinations, goes on where it was stopped, and leaves the run as it is', async () => {
    const { warmStart: _, ...proxy } = CONFIG.proxy;
    const { folder } = await search(
      await loaded({
        searcher: { use: 'random', rounds: 1, samples: 5 },
        reevaluation: { candidates: 1, repeats: 0, confirm: 0 },
        proxy: { ...proxy, warmStart: null },
      }),
      { makeExecutor },
    );
    const before = await readFile(join(folder, 'data.json'), 'utf8');
    const options = { candidates: 5, folds: 2, iterations: 5, makeExecutor };
    const stop = new AbortController();
    let finished = 0;
    const onEvent = ({ type }: SearchEvent): void => {
      if (type === 'trial-finished' && ++finished === 7) stop.abort(new Error('stop'));
    };
    expect(await noise(folder, { ...options, signal: stop.signal, onEvent })).toBeUndefined();
    expect(existsSync(join(folder, 'noise.json'))).toBe(false);
    let ended = 0;
    const result = await noise(folder, { ...options, onEvent: ({ type }) => type === 'trial-finished' && ended++ });
    // 5 losses, 2 × 2 × 2 combinations and 2 longer trainings, less what was finished before.
    expect(ended).toBe(5 * 8 + 5 * 2 - 7);
    expect(result?.design.sources).toEqual([
      { source: 'images', levels: 2 },
      { source: 'weights', levels: 2 },
      { source: 'batches', levels: 2 },
    ]);
    expect(result?.rewards.map((own) => new Set(own).size > 1)).toEqual([true, true, true, true, true]);
    expect(result?.order.single.map(({ share }) => share)).toEqual([0.25, 0.5, 1]);
    const { report, ...content } = result ?? { report: '' };
    expect(JSON.parse(await readFile(report, 'utf8'))).toEqual(JSON.parse(JSON.stringify(content)));
    expect(await readFile(join(folder, 'data.json'), 'utf8')).toBe(before);
    expect(await readdir(join(folder, 'noise'))).toHaveLength(2);
  });
});

describe('the table of noise', () => {
  const design = {
    losses: 3,
    sources: [{ source: 'images', levels: 2 } as const, { source: 'batches', levels: 2 } as const],
  };
  /** What each loss is worth, and what images and batches add. */
  const rewards = (images: readonly number[], batches: readonly number[], own = 0): number[] =>
    [0.2, 0.3, 0.4].flatMap((worth, loss) =>
      images.flatMap((image, fold) => batches.map((batch) => worth + image + batch + (loss === fold ? own : 0))),
    );

  test('knows what adds to all losses alike from what confuses them', () => {
    const alike = noiseTable(design, rewards([0, 0.1], [0, 0.02]));
    expect(alike.losses).toBeCloseTo(0.1, 10);
    expect(alike.shares.map(({ alike: all, own }) => [all, own].map((each) => Number(each.toFixed(4))))).toEqual([
      [0.0707, 0],
      [0.0141, 0],
      [0, 0],
    ]);
    // Where all is alike, one trial of a round tells as much as many.
    expect(alike.reliability.every(({ same, changing }) => same > 0.999 && changing > 0.999)).toBe(true);
  });

  test('says that more trials on the same images do not make good for what these add to a loss in its own way', () => {
    const { reliability, shares } = noiseTable(design, rewards([0, 0], [0, 0], 0.05));
    expect(shares[0]?.own).toBeGreaterThan(0.02);
    const [one, , six] = reliability;
    expect(six?.same).toBeCloseTo(one?.same ?? 0, 6);
    expect(six?.changing).toBeGreaterThan(one?.changing ?? 1);
  });

  test('compares orders by single trials and by means with another one', () => {
    const worth = [1, 2, 3, 4, 5];
    expect(meanOrder([worth, worth.toReversed()], worth)).toBeCloseTo(0, 10);
    expect(
      orderOfMeans(
        worth.map((each) => [each - 1, each + 1]),
        worth,
      ).rho,
    ).toBeCloseTo(1, 10);
  });
});
