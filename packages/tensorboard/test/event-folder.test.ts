import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { EventFolder } from '../src/event-folder.ts';
import { stepsIn } from './steps-in.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'asl-events-'));
});
afterEach(() => {
  vi.useRealTimers();
  rmSync(folder, { recursive: true });
});

function write(from: number, to: number): void {
  const events = EventFolder.open(folder);
  for (let step = from; step <= to; step++) events.write(step, [{ tag: 'a', scalar: step }]);
  events.close();
}

describe('an event folder', () => {
  test('a tag has one value at a step, whoever writes it again', () => {
    write(1, 4);
    write(1, 6);
    expect(stepsIn(folder)).toEqual({ a: [1, 2, 3, 4, 5, 6] });
    // Nothing that is new: no file.
    const before = readdirSync(folder);
    write(1, 6);
    expect(readdirSync(folder)).toEqual(before);
  });

  test('a file that was cut off within a record counts as far as it is whole, and is left as it is', () => {
    write(1, 3);
    const [first = ''] = readdirSync(folder);
    const whole = readFileSync(join(folder, first));
    for (let cut = whole.length - 1; cut >= 0; cut -= 7) {
      truncateSync(join(folder, first), cut);
      write(1, 5);
      expect(stepsIn(folder)).toEqual({ a: [1, 2, 3, 4, 5] });
      expect(readFileSync(join(folder, first))).toEqual(whole.subarray(0, cut));
      for (const name of readdirSync(folder)) if (name !== first) rmSync(join(folder, name));
      writeFileSync(join(folder, first), whole);
    }
  });

  test('files are named in the order in which they were written, also where the time of day was set back', () => {
    vi.useFakeTimers({ now: new Date('2026-11-27T12:00:00Z') });
    write(1, 1);
    vi.setSystemTime(new Date('2026-11-27T11:00:00Z'));
    write(2, 2);
    expect(readdirSync(folder).sort()).toHaveLength(2);
    expect(stepsIn(folder)).toEqual({ a: [1, 2] });
  });

  test('what is no event file is let be', () => {
    writeFileSync(join(folder, 'notes.txt'), 'mine');
    write(1, 1);
    expect(readFileSync(join(folder, 'notes.txt'), 'utf8')).toBe('mine');
  });
});
