import { Random } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { nextRepeats, type RaceOptions, type RaceState, stayers } from '../src/race.ts';

interface Race {
  readonly left: readonly number[];
  readonly spent: number;
  /** Repeats of each candidate. */
  readonly repeats: readonly number[];
}

/** Runs a race over a table of rewards: of each repeat, one for each candidate. */
function race(
  options: RaceOptions,
  rewardOf: (repeat: number, place: number) => number,
  candidates: number,
  repeats: number,
): Race {
  const budget = candidates * repeats;
  const tried = new Array<number>(candidates).fill(0);
  let running = Array.from({ length: candidates }, (_, place) => place);
  let [spent, done] = [0, 0];
  const state = (): RaceState => ({
    running,
    spent,
    budget,
    candidates,
    rewards: Array.from({ length: done }, (_, repeat) => running.map((place) => rewardOf(repeat, place))),
  });
  for (let count = nextRepeats(state()); count > 0; count = nextRepeats(state())) {
    done += count;
    spent += count * running.length;
    for (const place of running) tried[place] = (tried[place] as number) + count;
    running = [...stayers(options, state())];
  }
  return { left: running, spent, repeats: tried };
}

const rules = fc.double({ min: 0.01, max: 0.9, noNaN: true }).map((error): RaceOptions => ({ error }));

/** Repeats of `candidates` whose worth is normal with a deviation of `spread`, with what a repeat adds for all, and noise of 1. */
function simulated(random: Random, candidates: number, spread: number) {
  const worth = Array.from({ length: candidates }, () => spread * random.normal());
  const rows = Array.from({ length: 60 }, () => {
    const shift = 3 * random.normal();
    return worth.map((value) => value + shift + random.normal());
  });
  return {
    best: worth.indexOf(Math.max(...worth)),
    rewardOf: (repeat: number, place: number) => rows[repeat]?.[place] as number,
  };
}

describe('a race', () => {
  test.prop([rules, fc.integer({ min: 2, max: 9 }), fc.integer({ min: 1, max: 6 }), fc.integer()])(
    'spends no more than the fixed plan, tries nobody again who left, and leaves somebody',
    (options, candidates, repeats, seed) => {
      const { rewardOf } = simulated(Random.fromSeed(seed), candidates, 1);
      const { left, spent, repeats: tried } = race(options, rewardOf, candidates, repeats);
      expect(spent).toBeLessThanOrEqual(candidates * repeats);
      expect(spent).toBe(tried.reduce((sum, each) => sum + each, 0));
      expect(left.length).toBeGreaterThan(0);
      for (const place of left) expect(tried[place]).toBe(Math.max(...tried));
    },
  );

  test.each([
    [0.1, 4, 3, 0.05],
    [0.1, 8, 4, 0.3],
    [0.1, 5, 3, 1],
    [0.3, 8, 4, 0.1],
    [0.3, 3, 6, 0.5],
  ])(
    'with an error of %d lets the best of %d leave no more often than that (%d repeats, a spread of %d)',
    (error, candidates, repeats, spread) => {
      const random = Random.fromSeed('race');
      const runs = 1500;
      let lost = 0;
      let spared = 0;
      for (let run = 0; run < runs; run++) {
        const { best, rewardOf } = simulated(random.split(run), candidates, spread);
        const { left, spent } = race({ error }, rewardOf, candidates, repeats);
        if (!left.includes(best)) lost += 1;
        spared += candidates * repeats - spent;
      }
      // Three standard errors of such a share.
      expect(lost / runs).toBeLessThanOrEqual(error + 3 * Math.sqrt((error * (1 - error)) / runs));
      expect(spared).toBeGreaterThan(0);
    },
  );

  test('whose candidates are equal in every repeat lets none leave', () => {
    expect(race({ error: 0.5 }, (repeat) => repeat / 10, 4, 3).left).toEqual([0, 1, 2, 3]);
  });
});
