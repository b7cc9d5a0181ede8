import { madeUpOutcome, madeUpTask } from '@auto-seg-loss/bench/distributed';
import type { AslError, Outcome, Paused } from '@auto-seg-loss/kernel';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { trialId, type WorkerMessage } from '../src/messages.ts';
import { OpenTrials } from '../src/open-trials.ts';

const task = madeUpTask(1);
const sound = madeUpOutcome(task);
const other: Outcome = { status: 'complete', reward: 0.75, metrics: null, images: 1 };
const hooks = { report: () => 'continue' as const, retry: () => {} };

function open(attempts = 20) {
  const [failures, drops, again]: [AslError[], string[], string[]] = [[], [], []];
  const trials = new OpenTrials(attempts, {
    enqueue: ({ id }) => again.push(id),
    drop: (dropped) => drops.push(...dropped),
    answer: () => {},
    notify: () => {},
    fail: (error) => failures.push(error),
  });
  return { trials, failures, drops, again };
}

const from = (attempt: string) => ({ trial: trialId(task), attempt, worker: `the machine of ${attempt}` });
const begun = (attempt: string): WorkerMessage => ({ type: 'begun', ...from(attempt) });
const ended = (attempt: string, outcome: Outcome | Paused = sound): WorkerMessage => ({
  type: 'outcome',
  ...from(attempt),
  outcome,
});

describe('OpenTrials', () => {
  test('a late result of a lost attempt that equals the one that counts changes nothing', async () => {
    const { trials, failures, drops } = open();
    const { outcome } = trials.add(task, hooks);
    for (const message of [begun('a'), begun('b'), ended('b'), ended('a'), ended('a')]) trials.hear(message);
    expect(await outcome).toEqual(sound);
    expect(failures).toEqual([]);
    expect(drops).toEqual(['a']);
  });

  test('one that differs is told, with both machines and the trial, and overwrites nothing', async () => {
    const { trials, failures } = open();
    const { outcome } = trials.add(task, hooks);
    for (const message of [begun('a'), begun('b'), ended('a'), ended('b', other)]) trials.hear(message);
    expect(await outcome).toEqual(sound);
    expect(failures).toMatchObject([{ code: 'ASL_TRIAL_DIFFERS' }]);
    expect(failures[0]?.details.where).toContain('the machine of a and the machine of b');
    expect(failures[0]?.details.where).toContain(task.key.slice(0, 12));
  });

  test('a trial whose workers are lost again and again has failed', async () => {
    const { trials } = open(3);
    const { outcome } = trials.add(task, hooks);
    for (const attempt of ['a', 'b', 'c', 'd']) trials.hear(begun(attempt));
    expect(await outcome).toEqual({ status: 'failed', error: 'its worker was lost, 3 times' });
    // Nobody computed that: what comes now is no other result of the same computation.
    expect(() => trials.hear(ended('a'))).not.toThrow();
  });

  test('a report that is repeated is told once, and one of a lost attempt never', () => {
    const report = vi.fn(() => 'continue' as const);
    const { trials } = open();
    trials.add(task, { ...hooks, report });
    const reported = (attempt: string): WorkerMessage => {
      return { type: 'report', ...from(attempt), place: 0, step: 1, reward: 0.5 };
    };
    for (const message of [begun('a'), reported('a'), reported('a'), begun('b'), reported('a')]) trials.hear(message);
    expect(report).toHaveBeenCalledTimes(1);
  });

  test('whatever comes in whatever order, a trial is counted once, with a result that was computed', async () => {
    const messages = ['a', 'b', 'c'].flatMap((attempt): WorkerMessage[] => [
      begun(attempt),
      { type: 'returned', ...from(attempt) },
      ended(attempt),
    ]);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(messages), fc.array(fc.constantFrom(...messages)), async (some, more) => {
        const { trials, failures } = open();
        const { outcome } = trials.add(task, hooks);
        const resolved = vi.fn();
        void outcome.then(resolved);
        for (const message of [...some, ...more, ended('c')]) trials.hear(message);
        expect(await outcome).toEqual(sound);
        expect(resolved).toHaveBeenCalledTimes(1);
        expect(failures).toEqual([]);
        expect(trials.all).toEqual([]);
      }),
    );
  });
});
