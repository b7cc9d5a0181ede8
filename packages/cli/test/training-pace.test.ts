import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { LinePace } from '../src/terminal/line-pace.ts';
import { roughDuration } from '../src/terminal/rough-duration.ts';
import { TrainingPace } from '../src/terminal/training-pace.ts';

interface Run {
  readonly trainings: number;
  readonly iterations: number;
  readonly lanes: number;
  /** Seconds of an iteration, and of reading the data before the first. */
  readonly each: number;
  readonly loading: number;
  /** On which each network is scored, and seconds of one. */
  readonly images: number;
  readonly image: number;
}

/** Plays trainings that report their iterations ten at a time. @returns estimates and the truth, by seconds since the start. */
function estimates({ trainings, iterations, lanes, each, loading, images, image }: Run) {
  let time = 0;
  const pace = new TrainingPace({ trainings, iterations, images, lanes }, () => time);
  const events: { readonly at: number; readonly act: () => void }[] = [];
  const free = new Array<number>(lanes).fill(loading);
  for (let training = 0; training < trainings; training++) {
    const lane = free.indexOf(Math.min(...free));
    let at = free[lane] as number;
    for (let done = 0; done < iterations; ) {
      const burst = Math.min(10, iterations - done);
      at += burst * each;
      done += burst;
      const now = done;
      events.push({ at, act: () => pace.progress(training, now) });
    }
    for (let scored = 1; scored <= images; scored++) {
      at += image;
      events.push({ at, act: () => pace.progress(training, iterations, scored) });
    }
    events.push({ at, act: () => pace.finish(training) });
    free[lane] = at;
  }
  const end = Math.max(...free);
  const seen: { readonly at: number; readonly left: number; readonly truth: number; readonly withScoring: boolean }[] =
    [];
  for (const { at, act } of events.toSorted((a, b) => a.at - b.at)) {
    time = at;
    act();
    const left = pace.left();
    if (left !== undefined) seen.push({ at, left: left.seconds, truth: end - at, withScoring: left.withScoring });
  }
  return { seen, end };
}

const runs = fc.record({
  trainings: fc.integer({ min: 1, max: 9 }),
  iterations: fc.integer({ min: 100, max: 400 }),
  lanes: fc.integer({ min: 1, max: 4 }),
  each: fc.double({ min: 0.05, max: 2, noNaN: true }),
  loading: fc.double({ min: 0, max: 100, noNaN: true }),
  images: fc.constant(0),
  image: fc.constant(0),
});

describe('the time left of trainings', () => {
  test.prop([runs])('at a steady pace is right from the beginning, and never jumps', (run) => {
    const { seen, end } = estimates(run);
    expect(seen.length).toBeGreaterThan(0);
    for (const { left, truth } of seen) expect(Math.abs(left - truth)).toBeLessThan(0.01 * end + 11 * run.each);
    for (const [index, { at, left }] of seen.entries()) {
      const before = seen[index - 1];
      if (before === undefined) continue;
      expect(Math.abs(before.left - (at - before.at) - left)).toBeLessThan(0.01 * end + 11 * run.each);
    }
  });

  test('counts scoring once an image was scored, and says so', () => {
    const run = { trainings: 6, iterations: 100, lanes: 2, each: 0.5, loading: 5, images: 40, image: 2 };
    const { seen, end } = estimates(run);
    // The first networks are trained after 55 seconds.
    for (const { at, withScoring } of seen) expect(withScoring).toBe(at > 56);
    for (const { at, left, truth } of seen) if (at > 60) expect(Math.abs(left - truth)).toBeLessThan(0.1 * end);
  });

  test('of a training that went on with its scoring alone is that of the images', () => {
    let time = 0;
    const pace = new TrainingPace({ trainings: 1, iterations: 100, images: 50, lanes: 1 }, () => time);
    for (let scored = 20; scored <= 30; scored++) {
      pace.progress(0, 100, scored);
      time += 3;
    }
    expect(pace.left()).toEqual({ seconds: expect.closeTo(57, 6) as number, withScoring: true });
  });

  test('follows a pace that changes', () => {
    let time = 0;
    const pace = new TrainingPace({ trainings: 1, iterations: 10_000, images: 0, lanes: 1 }, () => time);
    for (let done = 0; done <= 2000; done += 10) {
      time += done < 1000 ? 1 : 10;
      pace.progress(0, done);
    }
    // Seven more iterations in ten, at a second each: what was ten times as fast is forgotten.
    expect(Math.abs((pace.left()?.seconds ?? 0) - 8000)).toBeLessThan(800);
  });

  test('of a training that goes on counts what was done before as done, not as fast', () => {
    let time = 0;
    const pace = new TrainingPace({ trainings: 1, iterations: 1000, images: 0, lanes: 1 }, () => time);
    for (let done = 800; done <= 900; done += 10) {
      time += 10;
      pace.progress(0, done);
    }
    expect(pace.left()?.seconds).toBeCloseTo(100, 0);
  });

  test('is not known before anything was seen', () => {
    let time = 0;
    const pace = new TrainingPace({ trainings: 2, iterations: 100, images: 9, lanes: 2 }, () => time);
    expect(pace.left()).toBeUndefined();
    time = 500;
    for (const training of [0, 1]) pace.progress(training, 10);
    expect(pace.left()).toBeUndefined();
  });
});

test.each([
  [-2, 'a few seconds'],
  [7, 'a few seconds'],
  [12, 'about 10 s'],
  [58, 'about 1 min 0 s'],
  [203, 'about 3 min 20 s'],
  [599, 'about 10 min'],
  [1490, 'about 25 min'],
  [3580, 'about 1 h 0 min'],
  [9100, 'about 2 h 30 min'],
])('%d seconds are %s', (seconds, text) => {
  expect(roughDuration(seconds)).toBe(text);
});

describe('lines where nobody watches a bar', () => {
  /** When lines are written by something that takes so many seconds. */
  const linesOf = (seconds: number) => {
    let time = 0;
    const lines = new LinePace(0, () => time);
    const written: number[] = [];
    for (; time <= seconds; time += seconds / 1000) if (lines.isDue(time / seconds)) written.push(time / seconds);
    return written;
  };

  test('are at each tenth, where that is no more than a few in a minute', () => {
    const lines = linesOf(200);
    expect(lines.length).toBeGreaterThanOrEqual(9);
    for (const [index, share] of lines.entries()) expect(share).toBeCloseTo((index + 1) / 10, 1);
  });

  test('are none of what is over at once, and not many of what takes days', () => {
    expect(linesOf(4)).toEqual([]);
    expect(linesOf(3 * 24 * 3600).length).toBeLessThan(80);
    // Still, nobody waits long for the first.
    expect((linesOf(3600)[0] ?? 1) * 3600).toBeLessThan(40);
  });
});
