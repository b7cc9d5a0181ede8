import type * as fs from 'node:fs';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { Board } from '../src/board.ts';
import { stepsIn } from './steps-in.ts';

/** Bytes that the disk has room for. */
const disk = vi.hoisted(() => ({ room: Number.POSITIVE_INFINITY }));

vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  return {
    ...real,
    writeSync: (file: number, bytes: Uint8Array, offset: number): number => {
      const taken = Math.min(disk.room, bytes.length - offset);
      disk.room -= taken;
      if (taken > 0) return real.writeSync(file, bytes, offset, taken);
      throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
    },
  };
});

test('on a full disk it is said once that no more is written; when it has room again, all that is missing is', () => {
  const root = mkdtempSync(join(tmpdir(), 'asl-disk-full-'));
  try {
    const reasons: string[] = [];
    const live = (room: number): void => {
      disk.room = room;
      const board = new Board(root, (reason) => reasons.push(reason));
      for (let step = 1; step <= 6; step++) board.write('run', step, [{ tag: 'a', scalar: step }]);
      board.closeAll();
    };
    // In the midst of a record.
    live(150);
    expect(reasons).toEqual([expect.stringContaining('no space left')]);
    expect(stepsIn(join(root, 'run')).a?.length).toBeLessThan(6);
    live(Number.POSITIVE_INFINITY);
    expect(reasons).toHaveLength(1);
    expect(stepsIn(join(root, 'run'))).toEqual({ a: [1, 2, 3, 4, 5, 6] });
    expect(readdirSync(join(root, 'run'))).toHaveLength(2);
  } finally {
    rmSync(root, { recursive: true });
  }
});
