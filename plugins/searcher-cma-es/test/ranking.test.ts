import type { TrialResult } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { ranking } from '../src/ranking.ts';

const theta = [0.5];
const complete = (reward: number): TrialResult => ({ theta, status: 'complete', reward });
const pruned = (reward: number, share = 0.5): TrialResult => ({ theta, status: 'pruned', reward, share });
const failed: TrialResult = { theta, status: 'failed', reward: 0 };

describe('the ranking of a round', () => {
  test('puts the highest reward first', () => {
    expect(ranking([complete(0.2), complete(0.9), complete(0.5)])).toEqual([1, 2, 0]);
  });

  test('leaves equal rewards in the order of the proposals', () => {
    expect(ranking([complete(0.2), complete(0.5), complete(0.2), complete(0.5)])).toEqual([1, 3, 0, 2]);
  });

  test('puts failed trials last, even behind an equal reward of 0', () => {
    expect(ranking([failed, complete(0), failed, complete(0.1)])).toEqual([3, 1, 0, 2]);
  });

  test('ranks a pruned trial by its last report, or right behind the worst complete one where that is lower', () => {
    // As good as its report.
    expect(ranking([complete(0.2), pruned(0.5), complete(0.6)])).toEqual([2, 1, 0]);
    // Both count as 0.4, and stand behind what was trained to its end.
    expect(ranking([pruned(0.1), pruned(0.3), complete(0.4), complete(0.6)])).toEqual([3, 2, 1, 0]);
    // Of those, the one that was pruned later is better, whatever it was worth earlier.
    expect(ranking([pruned(0.3, 0.25), pruned(0.1, 0.5), complete(0.4)])).toEqual([2, 1, 0]);
    expect(ranking([failed, pruned(0.1), complete(0.4)])).toEqual([2, 1, 0]);
  });

  test('is none if no trial is complete', () => {
    expect(ranking([failed, pruned(0.3)])).toBeNull();
  });
});
