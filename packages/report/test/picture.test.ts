import { type Curve, type Piece, type Point, piecewiseCurve, Random } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { decode } from 'fast-png';
import { describe, expect } from 'vitest';
import { sampleCurve } from '../src/picture/curve-samples.ts';
import { renderPng } from '../src/picture/render-png.ts';
import { type ReportedTrial, rewardSeries } from '../src/picture/reward-series.ts';
import { type SearchPicture, searchPicture } from '../src/picture/search-picture.ts';

/** A curve of quadratic pieces: every second point is a knot. */
function bezier(inner: readonly Point[]): Curve {
  const points: readonly Point[] = [[0, 0], ...inner, [1, 1]];
  const pieces: Piece[] = [];
  for (let index = 0; index + 2 < points.length; index += 2) {
    const [[x0, y0], [x1, y1], [x2, y2]] = points.slice(index, index + 3) as [Point, Point, Point];
    pieces.push({ x0, y0, x1, y1, x2, y2 });
  }
  return piecewiseCurve(points, pieces);
}

const steep = bezier([
  [5.7e-4, 0.6437],
  [0.3386, 0.7055],
  [0.6253, 0.7796],
]);

const trial = fc.record({
  round: fc.constant(0),
  status: fc.constantFrom('complete', 'failed', 'pruned'),
  reward: fc.double({ min: 0, max: 1, noNaN: true }),
});
const rounds = fc
  .array(fc.array(trial, { minLength: 1, maxLength: 8 }), { maxLength: 6 })
  .map((all) => all.flatMap((round, index): ReportedTrial[] => round.map((one) => ({ ...one, round: index }))));

describe('sampleCurve', () => {
  test('lies on the curve, from left to right, without leaving out a steep start', () => {
    const samples = sampleCurve(steep);
    for (const [p, value] of samples) expect(value).toBeCloseTo(steep.value(p), 9);
    expect(samples[0]).toEqual([0, 0]);
    expect(samples.at(-1)).toEqual([1, 1]);
    for (const [index, [p, value]] of samples.slice(1).entries()) {
      const [beforeP, beforeValue] = samples[index] as Point;
      expect(p).toBeGreaterThanOrEqual(beforeP);
      // No straight stroke across a visible part of the picture.
      expect(value - beforeValue).toBeLessThan(0.05);
    }
  });
});

describe('rewardSeries', () => {
  test.prop([rounds])('shows every trial once, within the axis', (trials) => {
    const series = rewardSeries(trials);
    const [low, high] = series.range;
    const complete = trials.filter(({ status }) => status === 'complete');
    expect(series.complete.length + series.below.length).toBe(complete.length);
    expect(series.failed.length).toBe(trials.filter(({ status }) => status === 'failed').length);
    for (const [number, reward] of series.complete) {
      expect(trials[number - 1]?.reward).toBe(reward);
      expect(reward).toBeGreaterThanOrEqual(low);
      expect(reward).toBeLessThanOrEqual(high + 1e-12);
    }
    for (const number of series.below) expect(trials[number - 1]?.reward).toBeLessThan(low);
  });

  test.prop([rounds])(
    'the best never falls and ends at the highest reward; what was found is the first to reach it',
    (trials) => {
      const { best, found } = rewardSeries(trials);
      const complete = trials.filter(({ status }) => status === 'complete').map(({ reward }) => reward);
      expect(best.map(([, reward]) => reward)).toEqual([...best.map(([, reward]) => reward)].sort((a, b) => a - b));
      if (complete.length === 0) {
        expect(found).toBeUndefined();
      } else {
        expect(best.at(-1)).toEqual([trials.length, Math.max(...complete)]);
        const first = trials.findIndex(
          ({ status, reward }) => status === 'complete' && reward === Math.max(...complete),
        );
        expect(found).toBe(first + 1);
      }
    },
  );

  test('the mean of a round leaves failed trials out', () => {
    const series = rewardSeries([
      { round: 0, status: 'complete', reward: 0.2 },
      { round: 0, status: 'failed', reward: 0 },
      { round: 0, status: 'complete', reward: 0.4 },
      { round: 1, status: 'failed', reward: 0 },
      { round: 2, status: 'complete', reward: 0.5 },
    ]);
    expect(series.roundMeans).toEqual([
      { from: 1, to: 3, mean: expect.closeTo(0.3) },
      { from: 5, to: 5, mean: 0.5 },
    ]);
  });

  test('one collapsed training does not flatten the others', () => {
    const trials = Array.from(
      { length: 60 },
      (_, index): ReportedTrial => ({
        round: 0,
        status: 'complete',
        reward: index === 7 ? 0.02 : 0.5 + 0.001 * index,
      }),
    );
    const { below, range } = rewardSeries(trials);
    expect(below).toEqual([8]);
    expect(range[0]).toBeGreaterThan(0.4);
  });
});

describe('the picture of a search', () => {
  const random = Random.fromSeed('picture');
  const trials = Array.from(
    { length: 48 },
    (_, index): ReportedTrial => ({
      round: Math.floor(index / 16),
      status: index === 5 ? 'failed' : 'complete',
      reward: 0.5 + 0.1 * random.uniform(),
    }),
  );
  const picture: SearchPicture = {
    title: 'Loss found for miou',
    subtitle: 'ppo, seed 1',
    metric: 'miou',
    curves: [
      { name: 'intersection', curve: steep },
      { name: 'union', curve: bezier([[0.7, 0.1]]) },
    ],
    trials,
  };

  test('says in text what it shows, and is the same each time', () => {
    const svg = searchPicture(picture);
    for (const text of [
      'Loss found for miou',
      'ppo, seed 1',
      'intersection',
      'union',
      'identity',
      'failed',
      'best so far',
    ]) {
      expect(svg).toContain(`>${text}</text>`);
    }
    expect(svg).not.toContain('>stopped early</text>');
    expect(svg).not.toContain('NaN');
    expect(searchPicture(picture)).toBe(svg);
  });

  const name = fc.stringMatching(/^[a-z]{1,8}\.[a-z-]{1,18}$/);
  test.prop([fc.uniqueArray(name, { minLength: 1, maxLength: 16 })], { numRuns: 20 })(
    'has room for the legend of all its curves',
    (names) => {
      const svg = searchPicture({ ...picture, curves: names.map((each) => ({ name: each, curve: steep })) });
      const height = Number(/<svg[^>]* height="(\d+)"/.exec(svg)?.[1]);
      for (const each of [...names, 'identity']) {
        const text = new RegExp(`transform="translate\\([\\d.]+ ([\\d.]+)\\)"[^>]*>${each}</text>`).exec(svg);
        expect(Number(text?.[1]), each).toBeLessThan(height - 12);
      }
    },
  );

  test('of several metrics shows the front, numbered as its files, with its knee', () => {
    const front = {
      metrics: ['miou', 'bf1'],
      trials: trials.map(({ reward }, index) => [reward, 0.2 + 0.005 * index]),
      front: [
        [0.62, 0.3],
        [0.6, 0.4],
        [0.55, 0.42],
      ],
      knee: 1,
    };
    const svg = searchPicture({ ...picture, front });
    for (const text of ['The front', 'trial', 'front', 'knee', '1', '2', '3', 'bf1, %'])
      expect(svg).toContain(`>${text}</text>`);
    expect(svg).not.toContain('best so far');
    expect(svg).not.toContain('NaN');
    const three = { ...front, metrics: [...front.metrics, 'gacc'], front: front.front.map((one) => [...one, 0.5]) };
    expect(searchPicture({ ...picture, front: three })).toContain('>The front, by miou and bf1</text>');
  });

  test('a search without a finished trial has a picture too', () => {
    const svg = searchPicture({ ...picture, trials: [{ round: 0, status: 'failed', reward: 0 }] });
    expect(svg).toContain('>failed</text>');
    expect(svg).not.toContain('NaN');
  });

  test('the PNG shows the text, whatever fonts the machine has', () => {
    const png = decode(renderPng(searchPicture(picture)));
    expect([png.width, png.height]).toEqual([2400, 1180]);
    // The title stands at the top left: without its glyphs this region is empty.
    let dark = 0;
    for (let y = 30; y < 90; y++) {
      for (let x = 60; x < 480; x++) {
        const at = (y * png.width + x) * png.channels;
        if ((png.data[at] ?? 255) < 128) dark++;
      }
    }
    expect(dark / (60 * 420)).toBeGreaterThan(0.05);
  });
});
