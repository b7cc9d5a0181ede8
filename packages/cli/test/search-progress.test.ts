import { join } from 'node:path';
import type { ResumedSearch, SearchEvent } from '@auto-seg-loss/runtime';
import type { FinishedTrial } from '@auto-seg-loss/study';
import { describe, expect, test } from 'vitest';
import { engineNotes } from '../src/terminal/engine-notes.ts';
import { createSearchProgress } from '../src/terminal/search-progress.ts';
import { recordedTerminal } from './recorded-terminal.ts';

const base = { key: '', theta: [], descent: null, whole: false, copyOf: null, ms: 1000 };
const complete = (number: number, round: number, index: number, reward: number): FinishedTrial => ({
  ...base,
  number,
  round,
  index,
  outcome: { status: 'complete', reward, metrics: null, images: 0 },
});

describe('progress as lines', () => {
  test('a run that goes on says what was found, what is done next, and what changed', () => {
    const { terminal, lines } = recordedTerminal();
    const progress = createSearchProgress(terminal);
    const resumed: ResumedSearch = {
      round: 2,
      rounds: 12,
      finished: 70,
      failed: 1,
      pruned: 20,
      again: 0,
      pending: 3,
      paused: 2,
      changes: [{ where: 'libraryVersion', expected: '"2.20.0"', received: '"2.21.0"' }],
    };
    const opened = {
      type: 'run-opened',
      coordinates: [],
      weights: [],
      folder: process.cwd(),
      workers: 1,
      executor: 'processes',
      engine: { engine: 'wasm', device: 'CPU', libraryVersion: '4.22.0', fallback: undefined },
      metric: 'miou',
    } as const;
    progress.handle({ ...opened, resumed });
    expect(lines.slice(0, 3)).toEqual([
      'Going on with the run: .',
      'Found 70 finished trials (1 failed, 20 pruned) in 2 of 12 rounds; 3 trials that were under way are run again, 2 of them from a rung',
      'Changed, as you accepted: libraryVersion, "2.20.0" before, now "2.21.0"',
    ]);
    progress.handle({ ...opened, resumed: { ...resumed, failed: 0, pruned: 0, pending: 0, paused: 0, changes: [] } });
    expect(lines.at(-2)).toBe('Found 70 finished trials in 2 of 12 rounds; goes on with round 3');
    progress.handle({ ...opened, resumed: { ...resumed, round: 12, pending: 0, paused: 0, changes: [] } });
    expect(lines.at(-2)).toMatch(/all rounds are done: what is left is to name the best$/);
  });

  test('names each improvement, each failure and each second try, and sums up each round', () => {
    const { terminal, lines } = recordedTerminal();
    const progress = createSearchProgress(terminal);
    const [second, first, third] = [complete(1, 0, 1, 0.4), base, complete(2, 0, 2, 0.3)];
    const failed: FinishedTrial = {
      ...first,
      number: 0,
      round: 0,
      index: 0,
      outcome: { status: 'failed', error: 'not finite' },
    };
    const events: readonly SearchEvent[] = [
      {
        type: 'run-opened',
        coordinates: [],
        weights: [],
        folder: join(process.cwd(), 'runs', 'miou-1'),
        resumed: null,
        workers: 2,
        executor: 'processes',
        engine: {
          engine: 'wasm',
          device: 'CPU',
          libraryVersion: '4.22.0',
          fallback: { reason: 'it is not installed', remedy: 'asl engine install' },
        },
        metric: 'miou',
      },
      {
        type: 'trainings-planned',
        folds: null,
        warmStart: 300,
        reference: 6,
        searched: 6,
        again: 8,
        confirm: 3,
        iterations: 40,
        pruned: true,
      },
      { type: 'preparation-started', job: 'inspection', iterations: 1 },
      { type: 'warning', message: 'a training image is of one colour: night.png' },
      { type: 'preparation-started', job: 'warm-start', iterations: 300 },
      { type: 'study-started', earlier: [], rounds: 2, trials: 6, again: 18, finished: 0 },
      { type: 'round-started', round: 0, trials: 3, finished: 0 },
      { type: 'trial-retried', number: 0, reason: 'its worker died' },
      { type: 'trial-finished', trial: second, best: second, finished: 1, secondsLeft: 50 },
      { type: 'trial-finished', trial: failed, best: second, finished: 2, secondsLeft: 40 },
      { type: 'trial-finished', trial: third, best: second, finished: 3, secondsLeft: 30 },
      { type: 'round-finished', round: 0, best: second },
    ];
    for (const event of events) progress.handle(event);
    expect(lines).toEqual([
      `Run folder: ${join('runs', 'miou-1')}`,
      'Engine: WebAssembly, tfjs 4.22.0 (CPU), 2 workers',
      expect.stringMatching(/^The native engine is not used: it is not installed\..* asl engine install$/),
      'Up to 24 trainings: the one that all trials start from (300 iterations); 6 with cross-entropy, which trials are compared with; ' +
        '6 trials of up to 40 iterations; up to 8 of the best again, before one is named; 3 of that one, to say what it is worth',
      'Looking at the training images: 1 image',
      'Warning: a training image is of one colour: night.png',
      'Training the network that all trials start from: 300 iterations',
      '6 trials in 2 rounds',
      'trial 1 begins anew: its worker died',
      'trial 2, round 1/2: miou 40.00 %, the best so far',
      'trial 1 failed: not finite',
      'About 40 s left, at the pace of the first 2 trials',
      'round 1/2 done: mean miou 35.00 %, best 40.00 %, 30 s left',
    ]);
  });

  test('a resumed search says how much was done before; a round in which all failed has no mean', () => {
    const { terminal, lines } = recordedTerminal();
    const progress = createSearchProgress(terminal);
    progress.handle({ type: 'study-started', earlier: [], rounds: 3, trials: 6, again: 0, finished: 3 });
    progress.handle({ type: 'round-started', round: 1, trials: 2, finished: 1 });
    progress.handle({ type: 'round-finished', round: 1, best: null });
    expect(lines).toEqual(['6 trials in 3 rounds; 3 done before', 'round 2/3 done: best none yet, … left']);
  });

  test.each([
    [
      { best: 4, recommended: true, repeats: 3, confirm: 3 },
      /^The 4 best trials and what the searcher recommends are tried again, 3 times each, .*trained 3 more times, /,
    ],
    [
      { best: 4, recommended: false, repeats: 1, confirm: 0 },
      /^The 4 best trials are tried again, 1 time each, before one is named$/,
    ],
    [
      { best: 1, recommended: true, repeats: 2, confirm: 1 },
      /^The best trial and what the searcher recommends are tried again, .* trained 1 more time, /,
    ],
    [{ best: 1, recommended: false, repeats: 2, confirm: 0 }, /^The best trial is tried again, 2 times$/],
    [
      { best: 4, recommended: false, repeats: 3, confirm: 0, race: true },
      /^The 4 best trials race: at most 12 trainings, in which those leave that turn out to be worse, before one is named$/,
    ],
  ])('what is tried again is counted as it is: %j', (event, line) => {
    const { terminal, lines } = recordedTerminal();
    createSearchProgress(terminal).handle({ type: 'reevaluation-started', race: false, ...event });
    expect(lines).toEqual([expect.stringMatching(line)]);
  });

  test('of several metrics names what comes to the front, and how long it is', () => {
    const { terminal, lines } = recordedTerminal();
    const progress = createSearchProgress(terminal);
    progress.handle({
      type: 'run-opened',
      coordinates: [],
      weights: [],
      folder: process.cwd(),
      resumed: null,
      workers: 1,
      executor: 'processes',
      engine: { engine: 'wasm', device: 'CPU', libraryVersion: '4.22.0', fallback: undefined },
      metric: 'miou and bf1',
      metrics: ['miou', 'bf1'],
    });
    progress.handle({ type: 'study-started', rounds: 1, trials: 2, again: 0, finished: 0, earlier: [] });
    const scored = (number: number, scores: readonly number[]): FinishedTrial => {
      const trial = complete(number, 0, number, 0.3);
      return { ...trial, outcome: { status: 'complete', reward: 0.3, scores, metrics: null, images: 0 } };
    };
    const [first, second] = [scored(0, [0.4, 0.2]), scored(1, [0.3, 0.1])];
    for (const trial of [first, second])
      progress.handle({
        type: 'trial-finished',
        trial,
        best: first,
        front: [first],
        finished: trial.number + 1,
        secondsLeft: null,
      });
    progress.handle({ type: 'round-finished', round: 0, best: first, front: [first] });
    expect(lines.slice(-2)).toEqual([
      'trial 1, round 1/1: miou 40.00 %, bf1 20.00 %, on the front so far',
      'round 1/1 done: 1 loss on the front, … left',
    ]);
  });

  test('trainings of the best are no trials', () => {
    const { terminal, lines } = recordedTerminal();
    const progress = createSearchProgress(terminal);
    progress.handle({ type: 'study-started', earlier: [], rounds: 1, trials: 1, again: 2, finished: 0 });
    const repeat = { ...complete(1, 1, 0, 0.4), outcome: { status: 'failed', error: 'not finite' } } as const;
    progress.handle({ type: 'trial-finished', trial: repeat, best: null, finished: 2, secondsLeft: 1 });
    expect(lines).toEqual(['1 trial in 1 round', 'a training of the best failed: not finite']);
  });

  test('one of a thing is one', () => {
    const { terminal, lines } = recordedTerminal();
    const resumed: ResumedSearch = {
      round: 1,
      rounds: 1,
      finished: 1,
      failed: 0,
      pruned: 0,
      again: 1,
      pending: 1,
      paused: 0,
      changes: [],
    };
    createSearchProgress(terminal).handle({
      type: 'run-opened',
      coordinates: [],
      weights: [],
      folder: process.cwd(),
      workers: 1,
      executor: 'processes',
      engine: { engine: 'wasm', device: 'CPU', libraryVersion: '4.22.0', fallback: undefined },
      metric: 'miou',
      resumed,
    });
    expect(lines[1]).toBe(
      'Found 1 finished trial in 1 of 1 round, and 1 training of the best; 1 trial that was under way is run again',
    );
  });
});

test.each([
  ['processes', 2, 'Engine: WebAssembly, tfjs 4.22.0 (CPU), 2 workers'],
  [
    'bullmq',
    2,
    'Engine: WebAssembly, tfjs 4.22.0 (CPU); trials are run by whatever workers join over Redis (executor bullmq)',
  ],
  ['mine', 1, 'Engine: WebAssembly, tfjs 4.22.0 (CPU); trials are run by whatever workers join (executor mine)'],
])('workers of the executor %s are told of as what they are', (executor, workers, expected) => {
  const engine = { engine: 'wasm', device: 'CPU', libraryVersion: '4.22.0', fallback: undefined } as const;
  expect(engineNotes(engine, workers, executor)).toEqual([expected]);
  const { terminal, lines } = recordedTerminal();
  const opened = { type: 'run-opened', coordinates: [], weights: [], folder: process.cwd(), resumed: null } as const;
  createSearchProgress(terminal).handle({ ...opened, workers, executor, engine, metric: 'miou' });
  expect(lines.at(-1)).toBe(expected);
});

test('a plan names what is there, and nothing else', () => {
  const { terminal, lines } = recordedTerminal();
  const progress = createSearchProgress(terminal);
  const none = { warmStart: 0, reference: 0, again: 0, confirm: 0, pruned: false } as const;
  progress.handle({ type: 'trainings-planned', folds: null, ...none, searched: 40, iterations: 120 });
  expect(lines).toEqual(['40 trainings: 40 trials of 120 iterations']);
});
