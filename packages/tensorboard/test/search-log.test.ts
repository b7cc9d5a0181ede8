import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SearchEvent } from '@auto-seg-loss/runtime';
import type { FinishedTrial, Outcome } from '@auto-seg-loss/study';
import { test } from '@fast-check/vitest';
import * as fc from 'fast-check';
import { describe, expect } from 'vitest';
import { Board } from '../src/board.ts';
import { SearchLog } from '../src/search-log.ts';
import { contentsOf, stepsIn } from './steps-in.ts';

const ROUNDS = 3;
const EACH = 3;

/** The best of three rounds is tried again in a fourth. */
const outcomes = fc.array(
  fc.oneof(
    fc.record({ status: fc.constant('complete' as const), reward: fc.double({ min: 0, max: 1, noNaN: true }) }),
    fc.record({ status: fc.constant('pruned' as const), reward: fc.constant(0.25) }),
    fc.record({ status: fc.constant('failed' as const) }),
  ),
  { minLength: EACH * (ROUNDS + 1), maxLength: EACH * (ROUNDS + 1) },
);

function trialOf(number: number, come: { readonly status: string; readonly reward?: number }): FinishedTrial {
  const { status, reward = 0 } = come;
  const scores = { reward, images: 10, metrics: { miou: { value: reward, perClass: [] } } };
  const outcome =
    status === 'failed'
      ? { status, error: 'no' }
      : { status, ...scores, ...(status === 'pruned' ? { share: 0.5 } : {}) };
  return {
    number,
    round: Math.floor(number / EACH),
    index: number % EACH,
    key: String(number),
    theta: [number / 100, 0.5],
    descent: null,
    whole: false,
    outcome: outcome as Outcome,
    copyOf: null,
    ms: 5,
  };
}

/** A process of a search: it finds some trials, finishes others in some order, and is killed. */
function live(root: string, earlier: readonly FinishedTrial[], finishes: readonly FinishedTrial[]): void {
  const board = new Board(root, (reason) => {
    throw new Error(reason);
  });
  const log = new SearchLog(board);
  log.handle({ type: 'run-opened', coordinates: ['a 1', 'a 2'], metrics: ['miou', 'bf1'] } as unknown as SearchEvent);
  const sorted = earlier.toSorted((a, b) => a.number - b.number);
  log.handle({ type: 'study-started', rounds: ROUNDS, earlier: sorted } as unknown as SearchEvent);
  for (const trial of finishes) log.handle({ type: 'trial-finished', trial } as unknown as SearchEvent);
  board.closeAll();
}

function inFolder<T>(act: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'asl-search-log-'));
  try {
    return act(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('the log of a search', () => {
  test.prop([outcomes, fc.infiniteStream(fc.nat()), fc.array(fc.integer({ min: 1, max: 4 }), { maxLength: 12 })], {
    numRuns: 15,
  })(
    'is the same in whatever order trials finish within a round, and however often it is killed',
    (come, chance, lives) => {
      const trials = come.map((one, number) => trialOf(number, one));
      const whole = inFolder((folder) => {
        live(folder, [], trials);
        return contentsOf(folder);
      });
      const rounds = Array.from({ length: ROUNDS + 1 }, (_, round) => trials.filter((trial) => trial.round === round));
      const order = rounds.flatMap((round) =>
        round
          .map((trial) => ({ trial, at: chance.next().value ?? 0 }))
          .sort((a, b) => a.at - b.at)
          .map(({ trial }) => trial),
      );
      inFolder((folder) => {
        let done = 0;
        for (const count of [...lives, order.length]) {
          live(folder, order.slice(0, done), order.slice(done, done + count));
          done = Math.min(order.length, done + count);
        }
        expect(contentsOf(folder)).toEqual(whole);
        for (const steps of Object.values(stepsIn(folder)))
          expect(steps).toEqual([...new Set(steps)].sort((a, b) => a - b));
      });
    },
  );

  test('what is not finished is not written, nor what comes after it', () => {
    const trials = Array.from({ length: 4 }, (_, number) => trialOf(number, { status: 'complete', reward: 0.5 }));
    inFolder((folder) => {
      live(folder, [], [trials[0], trials[2], trials[3]] as FinishedTrial[]);
      expect(stepsIn(folder)['search/reward']).toEqual([1]);
    });
  });

  test('of several metrics tells how the front grows, in place of a best', () => {
    const scores = [
      [0.5, 0.1],
      [0.1, 0.5],
      [0.05, 0.05],
    ];
    const trials = scores.map((each, number) => {
      const trial = trialOf(number, { status: 'complete', reward: 0.3 });
      return { ...trial, outcome: { ...trial.outcome, scores: each } } as FinishedTrial;
    });
    inFolder((folder) => {
      live(folder, [], trials);
      const steps = stepsIn(folder);
      for (const tag of ['losses', 'hypervolume', 'best/miou', 'best/bf1'])
        expect(steps[`search/front_${tag}`]).toEqual([1, 2, 3]);
      expect(steps['search/best']).toBeUndefined();
    });
  });

  test('an extended search: the trainings of the best that it has no more stay apart from those that it has', () => {
    const trials = Array.from({ length: 12 }, (_, number) => trialOf(number, { status: 'complete', reward: 0.5 }));
    inFolder((folder) => {
      live(folder, [], trials);
      const steps = stepsIn(folder);
      expect(steps['search/reward']).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(steps['reevaluation/reward_after_3_rounds']).toEqual([10, 11, 12]);
    });
  });
});
