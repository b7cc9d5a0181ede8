import type { TrainedNetwork } from '@auto-seg-loss/runtime';
import { describe, expect, test } from 'vitest';
import { comparisonTable } from '../src/report/comparison-table.ts';
import { coverageText } from '../src/report/coverage-text.ts';
import { fidelityText } from '../src/report/fidelity-text.ts';
import { leadsTable } from '../src/report/leads-table.ts';
import { noiseText } from '../src/report/noise-text.ts';
import { rewardUnit } from '../src/report/reward-unit.ts';
import { alignColumns } from '../src/terminal/columns.ts';
import { formatDuration } from '../src/terminal/duration.ts';
import { meanDeviation } from '../src/terminal/mean-deviation.ts';

const plain = (text: string) => text;

test('rewards are said to be of the images that they were taken on', () => {
  const options = { images: 'fitted', size: [64, 96] } as const;
  expect(rewardUnit(options)).toContain('at 64 × 96 (proxy.size)');
  expect(rewardUnit({ ...options, images: 'crops' })).toContain('on whole images');
});

describe('the comparison table', () => {
  const summary = (mean: number | null, deviation: number | null) => ({ mean, deviation, values: [] });
  const networkOf = (seed: number, predicted = [5, 5, 0]): TrainedNetwork => ({
    loss: '',
    seed,
    learningRate: 0.05,
    ms: 0,
    status: 'complete',
    metrics: {},
    losses: [],
    lostClasses: [],
    coverage: { ...coverage, classes: classes.map((one, c) => ({ ...one, predicted: predicted[c] ?? 0 })), absent: [] },
  });
  const compared = (
    loss: string,
    metrics: Readonly<Record<string, ReturnType<typeof summary>>>,
    networks: readonly TrainedNetwork[] = [networkOf(1), networkOf(2), networkOf(3)],
  ) => ({
    loss,
    earlier: false,
    learningRate: 0.05,
    tried: [] as { learningRate: number; value: number | null }[],
    networks,
    metrics,
  });
  const classes = [
    { name: 'sky', present: 6 },
    { name: 'wire', present: 4 },
    { name: 'moon', present: 0 },
  ];
  const coverage = { images: 2, pixels: 10, ignored: 0, ignoredShare: 0, unusuallyIgnored: false, classes, absent: [] };

  test('has mean and deviation in percent, and a star at the best of each column', () => {
    const losses = [
      compared('cross-entropy', { miou: summary(0.42, 0.01), gacc: summary(0.88, 0) }),
      compared('runs/a/loss.json', { miou: summary(0.46, 0.01), gacc: summary(0.86, 0.01) }),
    ];
    const table = comparisonTable({ losses, metrics: ['miou', 'gacc'], coverage: null }, plain);
    const [head, , first, second, ...notes] = table.split('\n');
    expect(head?.split(/\s+/).filter(Boolean)).toEqual(['loss', 'miou', 'gacc']);
    expect(first).toMatch(/^cross-entropy +42\.00 ± 1\.00 +88\.00 ± 0\.00 \*$/);
    expect(second).toMatch(/^runs\/a\/loss\.json +46\.00 ± 1\.00 \* +86\.00 ± 1\.00$/);
    expect(notes).toEqual([
      "on val, at the labels' size (logits resized bilinearly)",
      'mean ± standard deviation over 3 seeds, in percent; * best of its column',
    ]);
  });

  test('learning rates have a column where they were chosen', () => {
    const losses = [{ ...compared('dice', { miou: summary(0.5, null) }), tried: [{ learningRate: 0.05, value: 0.4 }] }];
    const table = comparisonTable({ losses, metrics: ['miou'], coverage: null }, plain);
    expect(table).toMatch(/^dice +0\.05 +50\.00$/m);
    expect(table).toContain('best for the loss on held-out training images');
  });

  test('one seed has no deviation, one loss no best, and a metric without a value is absent', () => {
    const losses = [compared('dice', { miou: summary(0.5, null), biou: summary(null, null) }, [networkOf(1)])];
    const table = comparisonTable({ losses, metrics: ['miou', 'biou'], coverage: null }, plain);
    expect(table).toMatch(/^dice +50\.00 +absent$/m);
    expect(table).toMatch(/^one seed, in percent$/m);
    expect(table).not.toMatch(/[±*]/);
  });

  test('it says how the networks saw the images, where that is not as usual', () => {
    const losses = [compared('dice', { miou: summary(0.5, null) })];
    const table = (scoring?: Parameters<typeof comparisonTable>[2]) =>
      comparisonTable({ losses, metrics: ['miou'], coverage: null }, plain, scoring);
    const usual = { mode: 'whole', overlap: 0.5, flip: false, scales: [1] } as const;
    expect(table()).toContain("on val, at the labels' size (logits resized bilinearly)\n");
    expect(table(usual)).toBe(table());
    expect(table({ ...usual, mode: 'windows', flip: true, scales: [0.75, 1] })).toContain(
      "on val, at the labels' size (logits resized bilinearly; by windows that overlap by 50 %; mirrored too; at scales 0.75, 1)\n",
    );
  });

  test('seeds and rates have a column where they differ', () => {
    const miou = { miou: summary(0.5, null) };
    const losses = [{ ...compared('dice', miou), learningRate: 0.1 }, compared('lovasz', miou, [networkOf(1)])];
    const table = comparisonTable({ losses, metrics: ['miou'], coverage: null }, plain);
    expect(table).toMatch(/^loss +rate +seeds +miou$/m);
    expect(table).toMatch(/^dice +0\.1 +3 +50\.00/m);
    expect(table).toMatch(/^lovasz +0\.05 +1 +50\.00/m);
    expect(table).toMatch(/^mean ± standard deviation over 1 to 3 seeds/m);
  });

  test('what the scores rest on stands below, once for all; a class counts as predicted if one network predicts it', () => {
    const miou = { miou: summary(0.5, null) };
    const losses = [
      compared('dice', miou, [networkOf(1, [10, 0, 0]), networkOf(2, [10, 0, 0])]),
      compared('lovasz', miou, [networkOf(1, [10, 0, 0]), networkOf(2, [9, 1, 0])]),
    ];
    const table = comparisonTable({ losses, metrics: ['miou'], coverage }, plain);
    expect(table.split('\n').slice(-5)).toEqual([
      'images           2',
      'pixels           10 counted, 0 ignored (0.0 %)',
      'classes          2 of 3 in the labels',
      'in no label      moon',
      'never predicted  wire by dice',
    ]);
  });
});

describe('what scores rest on', () => {
  const classes = (...counts: readonly (readonly [present: number, predicted: number])[]) =>
    counts.map(([present, predicted], c) => ({ name: `class ${c}`, present, predicted }));
  const base = { images: 1, pixels: 40_000, ignored: 10_000, ignoredShare: 0.2, unusuallyIgnored: false };

  test('names classes that are missed, invented, or in neither', () => {
    expect(coverageText({ ...base, classes: classes([9, 5], [3, 0], [0, 2], [0, 0]) })).toEqual([
      'images           1',
      'pixels           40,000 counted, 10,000 ignored (20.0 %)',
      'classes          2 of 4 in the labels, 2 predicted',
      'never predicted  class 1',
      'only predicted   class 2',
      'in neither       class 3',
    ]);
  });

  test('warns where much is ignored, and names no more than a few classes of many', () => {
    const many = classes([1, 1], ...Array.from({ length: 20 }, () => [0, 0] as const));
    const text = coverageText({ ...base, ignoredShare: 0.34, unusuallyIgnored: true, classes: many });
    expect(text.at(-2)).toMatch(/^in neither +class 1, .*class 12 and 8 more$/);
    expect(text.at(-1)).toMatch(/^Warning: 34\.0 % of the pixels are ignored/);
  });
});

test('meanDeviation of nothing is nothing', () => {
  expect(meanDeviation([])).toBeUndefined();
  expect(meanDeviation([2, 4, 4, 4, 5, 5, 7, 9])?.deviation).toBeCloseTo(Math.sqrt(32 / 7), 12);
});

test.each([
  [0.4, '0 s'],
  [59.6, '1 min 0 s'],
  [200, '3 min 20 s'],
  [3900, '1 h 5 min'],
  [-3, '0 s'],
])('%d s reads %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});

test('columns align by what is seen, not by colour codes', () => {
  expect(
    alignColumns([
      ['\u001b[1ma\u001b[0m', 'x'],
      ['bcd', 'y'],
    ]),
  ).toEqual(['\u001b[1ma\u001b[0m    x', 'bcd  y']);
});

describe('the fidelity report', () => {
  const candidate = (trial: number, short: number, long: number) => ({
    trial,
    theta: [],
    searched: short,
    short,
    long,
  });
  const result = {
    metric: 'miou',
    iterations: { short: 40, long: 200 },
    repeats: 1,
    keptFeatures: false,
    candidates: [candidate(3, 0.3, 0.5), candidate(7, 0.35, 0.48), candidate(1, 0.2, 0.4)],
    report: '',
  };
  const correlation = (rho: number | null, interval: readonly [number, number] | null) => ({
    ...result,
    correlation: { searched: { rho, interval }, short: { rho, interval } },
  });

  test('says where the best of the short trainings came to, and what it lost', () => {
    const text = fidelityText(correlation(0.5, [-0.2, 0.9]), plain);
    expect(text).toMatch(/^trial 3 +30\.00 +30\.00 +50\.00 \*$/m);
    expect(text).toMatch(/^trial 7 +35\.00 +35\.00 \* +48\.00$/m);
    expect(text).toContain('place 2 of 3 after the longer ones, 2.00 points below the best');
  });

  test.each([
    [correlation(0.5, [-0.2, 0.9]), 'it cannot be told from chance'],
    [correlation(0.7, [0.1, 0.9]), 'tells good candidates from bad ones'],
    [correlation(0.9, [0.6, 0.98]), 'orders candidates much as longer training does'],
    [correlation(null, null), 'it cannot be told from chance'],
  ])('judges by what is sure', (measured, words) => {
    expect(fidelityText(measured, plain)).toContain(words);
  });
});

describe('the table of noise', () => {
  const result: Parameters<typeof noiseText>[0] = {
    metric: 'miou',
    iterations: { short: 40, long: 200 },
    design: {
      losses: 6,
      sources: [
        { source: 'images', levels: 4 },
        { source: 'batches', levels: 2 },
      ],
    },
    losses: 0.03,
    shares: [
      { source: 'images', alike: 0.02, own: 0.004 },
      { source: 'batches', alike: 0, own: 0.001 },
      { source: 'combinations', alike: 0.001, own: 0.003 },
    ],
    reliability: [
      { trials: 1, same: 0.96, changing: 0.96 },
      { trials: 3, same: 0.97, changing: 0.99 },
    ],
    order: {
      single: [
        { share: 0.5, rho: 0.7 },
        { share: 1, rho: null },
      ],
      means: { rho: 0.9, interval: [0.5, 0.98] },
    },
    trials: [],
    rewards: [[0, 0, 0, 0, 0, 0, 0, 0]],
    report: '',
  };

  test('says what rewards owe to what, in points, and what more trials would be worth', () => {
    const text = noiseText(result);
    expect(text).toMatch(/^the loss +3\.00$/m);
    expect(text).toMatch(/^images held out +2\.00 +0\.40$/m);
    expect(text).toContain('standard deviations of miou in points; 6 losses, 4 × images held out, 2 × batches');
    expect(text).toMatch(/^the mean of 3 +0\.97 +0\.99$/m);
    expect(text).toMatch(/^one trial, stopped at 50 % +0\.70$/m);
    expect(text).toMatch(/^one trial +none$/m);
    expect(text).toMatch(/^the mean of all 8 +0\.90, 95 % interval 0\.50 to 0\.98$/m);
  });
});

describe('leads in searches and on val', () => {
  const network = (seed: number, miou: number) => ({
    status: 'complete',
    seed,
    metrics: { miou: { value: miou, perClass: [] } },
  });
  const row = (loss: string, scores: readonly number[], searched?: object) => ({
    loss,
    networks: scores.map((score, index) => network(index + 1, score)),
    ...(searched === undefined ? {} : { searched }),
  });
  const searched = { metric: 'miou', over: 'cross-entropy', lead: 0.028, interval: [0.01, 0.046] };
  const losses = (...rows: readonly object[]) => rows as unknown as Parameters<typeof leadsTable>[0];

  test('stand side by side, those on val from networks of the same seeds', () => {
    const text = leadsTable(
      losses(row('a/loss.json', [0.52, 0.56, 0.9], searched), row('cross-entropy', [0.5, 0.53])),
    ).join('\n');
    expect(text).toMatch(/^a\/loss\.json +miou +cross-entropy +\+2\.80 \(\+1\.00 to \+4\.60\) +\+2\.50 ± 0\.50$/m);
  });

  test('are said of losses alone whose search says one, also where the other loss is not compared', () => {
    expect(leadsTable(losses(row('dice', [0.5]), row('cross-entropy', [0.5])))).toEqual([]);
    expect(leadsTable(losses(row('a', [0.5], { ...searched, interval: null }))).join('\n')).toMatch(
      /\+2\.80 +not compared$/m,
    );
  });
});
