import { finalistsOf } from '@auto-seg-loss/runtime';
import type { TrialRecord } from '@auto-seg-loss/study';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { rewardsBySpending } from '../src/contents/spent.ts';
import type { PageData } from '../src/page/page-data.ts';
import { sortedRows } from '../src/page/sorting.ts';
import { pageHtml, scriptJson } from '../src/page-html.ts';

const trial = (number: number, more: Partial<TrialRecord> = {}): TrialRecord => ({
  number,
  round: 0,
  index: number,
  key: String(number),
  theta: [number / 100],
  descent: null,
  whole: false,
  copyOf: null,
  ms: 3_600_000,
  outcome: { status: 'complete', reward: 0.5, metrics: {}, images: 10 },
  ...more,
});
const scored = (reward: number) => ({ status: 'complete', reward, metrics: {}, images: 10 }) as const;

describe('the data of a page', () => {
  const hostile = '</script><script>alert(1)</script><!-- " \' & \u2028';

  test('are read back as they were, and end no element', async () => {
    const data: PageData = {
      title: hostile,
      subtitle: hostile,
      notices: [hostile],
      sections: [{ id: 'x', heading: hostile, text: [hostile], charts: [], tables: [] }],
    };
    const html = await pageHtml(data);
    expect(html.length).toBeLessThan(1_000_000);
    // Its data and its script; the title ends nothing either.
    expect(html.match(/<\/script/gi)).toHaveLength(2);
    expect(html.match(/<script/gi)).toHaveLength(2);
    const json = /id="data">(.*?)<\/script>/s.exec(html)?.[1] ?? '';
    expect(JSON.parse(json)).toEqual(data);
    expect(html).toContain("default-src 'none'; script-src 'sha256-");
  });

  test.prop([fc.jsonValue()])('any value comes back, without < and line separators', (value) => {
    const json = scriptJson(value);
    expect(json).not.toMatch(/[<\u2028\u2029]/);
    expect(JSON.parse(json)).toEqual(JSON.parse(JSON.stringify(value)));
  });
});

describe('what a search had spent', () => {
  test('counts shares of trainings that were stopped, and copies not at all', () => {
    const points = rewardsBySpending([
      trial(0, { outcome: scored(0.4) }),
      trial(1, { outcome: { ...scored(0.6), status: 'pruned', share: 0.25 } }),
      trial(2, { outcome: scored(0.4), copyOf: 0, ms: null }),
      trial(3, { outcome: { status: 'failed', error: 'no' } }),
      trial(4, { outcome: scored(0.7) }),
      trial(5, { outcome: null, ms: null }),
    ]);
    expect(points.map(({ trainings, hours, best }) => [trainings, hours, best])).toEqual([
      [1, 1, 40],
      [1.25, 2, 40],
      [1.25, 2, 40],
      [2.25, 3, 40],
      [3.25, 4, 70],
    ]);
  });

  test.prop([fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1 })])(
    'the best never falls',
    (rewards) => {
      const best = rewardsBySpending(rewards.map((reward, index) => trial(index, { outcome: scored(reward) }))).map(
        (point) => point.best ?? 0,
      );
      expect(best).toEqual(best.toSorted((a, b) => a - b));
      expect(best.at(-1)).toBeCloseTo(100 * Math.max(...rewards), 3);
    },
  );
});

describe('what was tried again', () => {
  test('is put together with the trials it comes from, the best first', () => {
    const again = (number: number, round: number, index: number, theta: number, reward: number) =>
      trial(number, { round, index, theta: [theta], outcome: scored(reward) });
    const finalists = finalistsOf(
      [
        trial(0),
        trial(1),
        again(2, 1, 0, 0, 0.3),
        again(3, 1, 1, 0.7, 0.6),
        again(4, 2, 0, 0, 0.5),
        again(5, 2, 1, 0.7, 0.6),
        again(6, 3, 0, 0.7, 0.55),
      ],
      1,
      { candidates: 2, repeats: 2, race: null },
    );
    expect(finalists.candidates.map((each) => [each.trial?.number ?? null, each.mean, each.repeats.length])).toEqual([
      [null, 0.6, 2],
      [0, 0.4, 2],
    ]);
    expect(finalists.confirmed.map(({ number }) => number)).toEqual([6]);
    // (0.1² + 0.1²) of the second, nothing of the first, over two degrees of freedom.
    expect(finalists.noise).toBeCloseTo(0.1, 9);
  });

  test('puts those before that stayed longer in a race, and knows new trainings by their rounds', () => {
    const again = (number: number, round: number, index: number, reward: number) =>
      trial(number, { round, index, theta: [0.1 * index], outcome: scored(reward) });
    const race = { error: 0.1 };
    // Of 2 + 1 candidates with 2 repeats, rounds 1 to 6 are the race's.
    const finalists = finalistsOf(
      [again(0, 1, 0, 0.6), again(1, 1, 1, 0.9), again(2, 2, 0, 0.5), again(3, 7, 0, 0.55)],
      1,
      { candidates: 2, repeats: 2, race },
    );
    expect(finalists.candidates.map(({ repeats }) => repeats.length)).toEqual([2, 1]);
    expect(finalists.confirmed.map(({ number }) => number)).toEqual([3]);
  });

  test('is nothing before the search is through', () => {
    expect(finalistsOf([trial(0)], 1, { candidates: 2, repeats: 3, race: null })).toEqual({
      candidates: [],
      front: null,
      confirmed: [],
      noise: null,
    });
  });
});

describe('rows of a table', () => {
  const cell = fc.option(fc.oneof(fc.integer(), fc.string()), { nil: null });
  test.prop([fc.array(fc.tuple(cell)), fc.constantFrom('ascending' as const, 'descending' as const)])(
    'are all there in any order, what is not known at the end',
    (rows, order) => {
      const sorted = sortedRows(rows, 0, order);
      const texts = (all: readonly unknown[]) => all.map((row) => JSON.stringify(row)).sort();
      expect(texts(sorted)).toEqual(texts(rows));
      const unknown = rows.filter(([one]) => one === null).length;
      expect(sorted.slice(rows.length - unknown).every(([one]) => one === null)).toBe(true);
    },
  );

  test('numbers go by size, words as people count', () => {
    expect(sortedRows([[10], [9], [null], [-1]], 0, 'descending')).toEqual([[10], [9], [-1], [null]]);
    expect(sortedRows([['trial 10'], ['trial 9']], 0, 'ascending')).toEqual([['trial 9'], ['trial 10']]);
  });
});
