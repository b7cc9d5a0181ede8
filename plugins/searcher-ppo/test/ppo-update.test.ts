import { readFileSync } from 'node:fs';
import { Random, type TrialResult } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import { type PpoOptions, PpoSearcher } from '../src/index.ts';

interface Golden {
  readonly searches: readonly {
    readonly options: PpoOptions;
    readonly start: readonly number[];
    readonly rounds: readonly {
      readonly thetas: readonly (readonly number[])[];
      readonly rewards: readonly number[];
      readonly logits: readonly number[];
      readonly adam: { readonly step: number; readonly mean: readonly number[]; readonly square: readonly number[] };
    }[];
  }[];
}
const golden: Golden = JSON.parse(readFileSync(new URL('./golden/ppo-update.json', import.meta.url), 'utf8'));

interface Snapshot {
  readonly logits: readonly number[];
  readonly adam: { readonly step: number; readonly mean: readonly number[]; readonly square: readonly number[] };
}

const expectClose = (actual: readonly number[], expected: readonly number[], relative: number): void => {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) {
    expect(Math.abs((actual[i] as number) - value), `${i}: ${actual[i]} for ${value}`).toBeLessThan(
      relative * (Math.abs(value) + 1e-4),
    );
  }
};

/**
 * The clipped objective's gradient jumps where a ratio crosses its bound, and Adam divides by what is left: two runs of
 * PyTorch whose starts differ by 1e-15 are 1e-9 to 1e-5 apart after 60 updates, but still equal after a few.
 */
const tolerance = (updates: number): number => (updates > 10 ? 1e-4 : 1e-10);

describe('the policy update', () => {
  for (const { options, start, rounds } of golden.searches) {
    test(`is that of PyTorch's autograd and Adam: baseline ${options.baseline}, ${options.updates} updates a round`, () => {
      const searcher = new PpoSearcher(options, { dimensions: start.length, start }, Random.fromSeed(0));
      for (const round of rounds) {
        // The recorded samples in place of the searcher's own.
        searcher.restore({ ...(searcher.snapshot() as object), pending: round.thetas.map((theta) => ({ theta })) });
        searcher.tell(
          round.thetas.map(
            (theta, i): TrialResult => ({ theta, status: 'complete', reward: round.rewards[i] as number }),
          ),
        );
        const state = searcher.snapshot() as unknown as Snapshot;
        expect(state.adam.step).toBe(round.adam.step);
        expectClose(state.logits, round.logits, tolerance(options.updates));
        expectClose(state.adam.mean, round.adam.mean, tolerance(options.updates));
        expectClose(state.adam.square, round.adam.square, tolerance(options.updates));
        // The next round starts where PyTorch's did, with the state that both carried over.
        searcher.restore({ ...(searcher.snapshot() as object), logits: round.logits, adam: round.adam });
      }
    });
  }

  test('moved the recorded policies far enough for the comparison to mean something', () => {
    for (const { start, rounds } of golden.searches) {
      const moved =
        rounds.at(-1)?.logits.map((logit, i) => Math.abs(1 / (1 + Math.exp(-logit)) - (start[i] as number))) ?? [];
      expect(Math.max(...moved)).toBeGreaterThan(0.05);
    }
  });
});
