import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { Silence, type SilenceWatch } from '../src/silence.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const MINUTE = 60_000;

/** Watches a worker. @returns the watch, and for how long it had been silent when it was taken for hung. */
function watched(silence: Silence): { readonly watch: SilenceWatch; readonly hung: number[] } {
  const hung: number[] = [];
  return { watch: silence.watch((seconds) => hung.push(seconds / 60)), hung };
}

describe('a silent worker', () => {
  test('counts as hung after the least time, once', () => {
    const { hung } = watched(new Silence(30 * MINUTE));
    vi.advanceTimersByTime(29 * MINUTE);
    expect(hung).toEqual([]);
    vi.advanceTimersByTime(100 * MINUTE);
    expect(hung).toEqual([30]);
  });

  test('does not while it gives signs of life, nor when it has ended', () => {
    const { watch, hung } = watched(new Silence(30 * MINUTE));
    for (let times = 0; times < 10; times++) {
      vi.advanceTimersByTime(25 * MINUTE);
      watch.heard();
    }
    watch.end(true);
    vi.advanceTimersByTime(1000 * MINUTE);
    expect(hung).toEqual([]);
  });

  test('may be silent 20 times as long as one that came to its end was, not as one that hung', () => {
    const silence = new Silence(20 * MINUTE);
    const slow = watched(silence);
    vi.advanceTimersByTime(2.5 * MINUTE);
    slow.watch.heard();
    vi.advanceTimersByTime(MINUTE);
    slow.watch.end(true);
    const dead = watched(silence);
    vi.advanceTimersByTime(39 * MINUTE);
    dead.watch.end(false);
    const { hung } = watched(silence);
    vi.advanceTimersByTime(100 * MINUTE);
    expect(hung).toEqual([40]);
  });

  test('is not taken for hung because the clock jumped', () => {
    const { hung } = watched(new Silence(30 * MINUTE));
    vi.advanceTimersByTime(15 * MINUTE);
    vi.setSystemTime(Date.now() + 600 * MINUTE);
    vi.advanceTimersByTime(14 * MINUTE);
    expect(hung).toEqual([]);
  });
});
