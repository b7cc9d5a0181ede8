import { describe, expect, test } from 'vitest';
import { costTable, equalCostTable, type Measured } from '../src/search/tables.ts';

/** Rewards after 10, 20, … thousand images. */
const run = (seed: number, ...rewards: readonly number[]): Measured => ({
  seed,
  points: rewards.map((reward, round) => ({ images: 10_000 * (round + 1), reward })),
  images: 10_000 * rewards.length,
});
const cells = (line: string | undefined): readonly string[] => (line ?? '').split(/ {2,}/);

describe('the tables of searches', () => {
  // PPO ends at 0.5, 0.4 and 0.3; it is there after 50, 10 and 30 thousand images.
  const results = new Map([
    ['ppo', [run(1, 0.1, 0.2, 0.2, 0.2, 0.5), run(2, 0.4, 0.1, 0.1, 0.1, 0.4), run(3, 0, 0, 0.3, 0.1, 0.3)]],
    ['two of three', [run(1, 0.49, 0.49), run(2, 0.1, 0.4), run(3, 0.3, 0.2)]],
    ['one of three', [run(1, 0.1), run(2, 0.4), run(3, 0.2)]],
  ]);

  test('what it costs is counted seed by seed, against that seed of PPO, and the median is of all seeds', () => {
    const [, ppo, two, one] = costTable(results).map((line) => cells(line));
    expect(ppo).toEqual(['ppo', '30 k', '0.600', '3 of 3', '40.00 %', '50 k']);
    expect(two).toEqual(['two of three', '20 k', '0.400', '2 of 3', '36.33 %', '20 k']);
    expect(one).toEqual(['one of three', 'not reached', '1 of 3', '23.33 %', '10 k']);
  });

  test('at equal cost a search is what it would have named by then, and stays where it ended', () => {
    const [, head, ppo, two, one] = equalCostTable(results).map((line) => cells(line));
    expect(head).toEqual(['searcher', '1 %', '3 %', '5 %', '10 %', '20 %', '40 %', '100 %']);
    expect(ppo?.slice(0, 3)).toEqual(['ppo', 'no round yet', 'no round yet']);
    expect(two?.slice(5)).toEqual(['29.67 ± 19.50', '36.33 ± 14.84', '36.33 ± 14.84']);
    expect(one?.slice(5)).toEqual(['23.33 ± 15.28', '23.33 ± 15.28', '23.33 ± 15.28']);
  });

  test('a seed that the baseline was not run with has no cost, and counts for what is named', () => {
    const some = new Map([
      ['ppo', [run(2, 0.1, 0.3)]],
      ['two', [run(1, 0.5), run(2, 0.3)]],
    ]);
    expect(cells(costTable(some)[2])).toEqual(['two', '10 k', '0.500', '1 of 1', '40.00 %', '10 k']);
    expect(cells(equalCostTable(new Map([['two', [run(1, 0.5)]]]))[2]).at(-1)).toBe('50.00');
  });
});
