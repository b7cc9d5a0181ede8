import {
  killsAtPoints,
  runUndisturbed,
  surviveFaults,
  surviveMoments,
  type Undisturbed,
} from '@auto-seg-loss/bench/faults';
import { Random } from '@auto-seg-loss/kernel';
import { beforeAll, describe, expect, test } from 'vitest';

/** Far above what dozens of processes one after the other take on a machine that is busy. */
const LONG_MS = 30 * 60_000;

/** What SIGKILL must not do to a search, whatever the moment: `npm run faults` does more of it. */
export function describeKills(workers: number): void {
  describe(`killed and resumed with ${workers} workers, a search ends with the bytes of an undisturbed one`, () => {
    let undisturbed: Undisturbed;
    beforeAll(async () => {
      undisturbed = await runUndisturbed(workers);
    });

    test('at every named point of writing', { timeout: LONG_MS }, async () => {
      const points = [...undisturbed.points.keys()];
      // Of the store, and of what takes the place of a file.
      for (const change of [
        'CREATE TABLE meta',
        'INSERT INTO snapshots',
        'INSERT INTO trials',
        'INSERT INTO rungs',
        'UPDATE trials',
      ])
        for (const moment of ['begun', 'before COMMIT', 'after COMMIT'])
          expect(points).toContain(`${change}: ${moment}`);
      for (const file of [
        'config.json',
        'environment.json',
        'reference.json',
        'loss.json',
        'warm-start.safetensors',
        'paused/<key>.safetensors',
      ])
        for (const moment of ['before it is opened', 'half written', 'before rename', 'after rename'])
          expect(points).toContain(`${file}: ${moment}`);
      expect(points).toContain('paused/<key>.safetensors.previous: after rename');

      // The report is no part of what a search goes on from.
      let left = killsAtPoints(undisturbed).filter(({ point }) => !point.startsWith('report.'));
      // A point that is not passed again after one kind of kill is left to another search for the other kind.
      while (left.length > 0) {
        const happened = new Set(await surviveFaults(undisturbed, left));
        expect(happened.size).toBeGreaterThan(0);
        left = left.filter((fault) => !happened.has(fault));
      }
    });

    test('at 15 random moments', { timeout: LONG_MS }, async () => {
      const kills: string[] = [];
      await surviveMoments(undisturbed, 15, Random.fromSeed(`moments/${workers}`), ({ what }) => kills.push(what));
      expect(kills).toHaveLength(15);
      expect(new Set(kills)).toEqual(new Set(['process', 'group']));
    });
  });
}
