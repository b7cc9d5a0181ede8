import { type Json, Random, type TrialResult } from '@auto-seg-loss/kernel';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { plugin, RandomSearcher } from '../src/index.ts';

const space = { dimensions: 3, start: [0.25, 0.5, 0.75] };
const make = (seed: number | string, samples = 5): RandomSearcher =>
  new RandomSearcher({ rounds: 4, samples }, space, Random.fromSeed(seed));
const round = (
  searcher: RandomSearcher,
  status: TrialResult['status'] = 'complete',
): readonly (readonly number[])[] => {
  const thetas = searcher.ask().map(({ theta }) => theta);
  searcher.tell(thetas.map((theta, i) => ({ theta, status, reward: status === 'failed' ? 0 : i / thetas.length })));
  return thetas;
};

describe('the random searcher', () => {
  test('checks its options', () => {
    expect(plugin.options.parse({})).toEqual({ rounds: 12, samples: 32 });
    expect(() => plugin.options.parse({ samples: 0 })).toThrow();
    expect(() => plugin.options.parse({ sample: 3 })).toThrow();
  });

  test("starts at the space's start, once", () => {
    const searcher = make(1);
    const first = round(searcher);
    expect(first[0]).toEqual(space.start);
    expect(first[1]).not.toEqual(space.start);
    expect(round(searcher)[0]).not.toEqual(space.start);
  });

  test('is uniform in the cube', () => {
    const n = 4000;
    const thetas = round(make('uniform', n)).slice(1);
    for (let axis = 0; axis < 3; axis++) {
      const values = thetas.map((theta) => theta[axis] as number).sort((a, b) => a - b);
      // Kolmogorov-Smirnov: a distance of 2.23/√n has a probability of 1e-4, and the seed is fixed.
      const distance = Math.max(...values.map((value, i) => Math.abs(value - (i + 0.5) / values.length)));
      expect(distance).toBeLessThan(2.23 / Math.sqrt(n));
    }
  });

  test.prop([fc.integer(), fc.constantFrom('complete' as const, 'failed' as const, 'pruned' as const)])(
    'the same seed gives the same proposals, whatever came of them',
    (seed, status) => {
      const [a, b] = [make(seed), make(seed)];
      for (let i = 0; i < 3; i++) expect(round(a, status)).toEqual(round(b));
    },
  );

  test.prop([fc.integer(), fc.boolean()])('a snapshot changes nothing', (seed, within) => {
    const undisturbed = make(seed);
    round(undisturbed);
    const stored = make(seed);
    round(stored);
    if (within) stored.ask();
    const restored = make('another');
    restored.restore(JSON.parse(JSON.stringify(stored.snapshot())) as Json);
    expect(restored.ask()).toEqual(undisturbed.ask());
    expect(round(restored)).toEqual(round(undisturbed));
    expect(restored.snapshot()).toEqual(undisturbed.snapshot());
  });

  test('asked again before tell, it proposes the same', () => {
    const searcher = make(2);
    const first = structuredClone(searcher.ask());
    expect(searcher.ask()).toEqual(first);
  });

  test('refuses results of another round and snapshots of another searcher', () => {
    const searcher = make(3);
    expect(() => searcher.tell([])).toThrow(expect.objectContaining({ code: 'ASL_ARGUMENT_INVALID' }));
    searcher.ask();
    expect(() => searcher.tell([])).toThrow(expect.objectContaining({ code: 'ASL_ARGUMENT_INVALID' }));
    expect(() => searcher.restore({ format: 'ppo/1' })).toThrow(expect.objectContaining({ code: 'ASL_STATE_CORRUPT' }));
  });
});
