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

/** The searchers that are shipped, each in a search that takes seconds. */
export const SEARCHERS = {
  ppo: { use: 'ppo', rounds: 2, samples: 4 },
  random: { use: 'random', rounds: 2, samples: 3 },
  'cma-es': { use: 'cma-es', rounds: 2, samples: 3, preselection: 2 },
  gradient: { use: 'gradient', passes: 1, samples: 2 },
  sequence: {
    use: 'sequence',
    searchers: [
      { use: 'gradient', passes: 1, samples: 1 },
      { use: 'cma-es', rounds: 1, samples: 3 },
    ],
  },
} as const;

/** At named points, for each searcher. */
const KILLS = 60;

/** At random moments, with one worker and again with two. */
const MOMENTS = 6;

/** With which kills a search is tried. */
interface Tried {
  readonly workers: number;
  /** Whether at every named point too. */
  readonly points: boolean;
}

/** What SIGKILL must not do to a search, whatever the moment: `npm run faults` does more of it. */
export function describeKills(searcher: keyof typeof SEARCHERS, { workers, points: atPoints }: Tried): void {
  const title = `killed and resumed with ${workers} workers, a search by ${searcher} ends with the bytes of an undisturbed one`;
  describe(title, () => {
    let undisturbed: Undisturbed;
    beforeAll(async () => {
      undisturbed = await runUndisturbed(workers, { searcher: SEARCHERS[searcher] });
    });

    if (atPoints)
      test('at every named point of writing', { timeout: LONG_MS }, async () => {
        expect(await surviveAllPoints(undisturbed)).toBeGreaterThanOrEqual(KILLS);
      });

    test(`at ${MOMENTS} random moments`, { timeout: LONG_MS }, async () => {
      const kills: string[] = [];
      const random = Random.fromSeed(`moments/${searcher}/${workers}`);
      await surviveMoments(undisturbed, MOMENTS, random, ({ what }) => kills.push(what));
      expect(kills).toHaveLength(MOMENTS);
      expect(new Set(kills)).toEqual(new Set(['process', 'group']));
    });
  });
}

/** @returns how often the search was killed. @throws Error or AssertionError where it did not survive. */
async function surviveAllPoints(undisturbed: Undisturbed): Promise<number> {
  const points = [...undisturbed.points.keys()];
  // Of the store, and of what takes the place of a file.
  for (const change of [
    'CREATE TABLE meta',
    'INSERT INTO snapshots',
    'INSERT INTO trials',
    'INSERT INTO rungs',
    'UPDATE trials',
  ])
    for (const moment of ['begun', 'before COMMIT', 'after COMMIT']) expect(points).toContain(`${change}: ${moment}`);
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
  const kills = left.length;
  // A point that is not passed again after one kind of kill is left to another search for the other kind.
  while (left.length > 0) {
    const happened = new Set(await surviveFaults(undisturbed, left));
    expect(happened.size).toBeGreaterThan(0);
    left = left.filter((fault) => !happened.has(fault));
  }
  return kills;
}
