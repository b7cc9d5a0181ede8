import { readFileSync } from 'node:fs';
import { Random, type TrialResult } from '@auto-seg-loss/kernel';
import { describe, expect, test } from 'vitest';
import type { Distribution } from '../src/distribution.ts';
import { CmaEsSearcher } from '../src/index.ts';
import { type Strategy, strategyFor } from '../src/strategy.ts';

interface Golden {
  readonly searches: readonly {
    readonly name: string;
    readonly options: { readonly rounds: number; readonly samples: number | null; readonly sigma: number };
    readonly start: readonly number[];
    readonly samples: number;
    readonly constants: Strategy;
    readonly rounds: readonly {
      readonly thetas: readonly (readonly number[])[];
      readonly rewards: readonly number[];
      readonly stalled: boolean;
      readonly stalledIfCountedFromOne: boolean;
      readonly after: Distribution;
    }[];
  }[];
}
const golden: Golden = JSON.parse(readFileSync(new URL('./golden/cma-update.json', import.meta.url), 'utf8'));

function expectClose(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of expected.entries()) {
    expect(Math.abs((actual[i] as number) - value)).toBeLessThanOrEqual(tolerance * Math.max(1, Math.abs(value)));
  }
}

describe.each(golden.searches)('$name', ({ options, start, samples, constants, rounds }) => {
  test('the constants are those of cmaes', () => {
    const { weights, ...others } = strategyFor(start.length, samples);
    expectClose(weights, constants.weights, 1e-14);
    for (const [name, value] of Object.entries(others)) {
      expectClose([value as number], [constants[name as keyof typeof others]], 1e-14);
    }
  });

  test('each update is that of cmaes', () => {
    const searcher = new CmaEsSearcher(
      { ...options, preselection: 1 },
      { dimensions: start.length, start },
      Random.fromSeed(0),
    );
    expect(searcher.samples).toBe(samples);
    for (const { thetas, rewards, after } of rounds) {
      // The recorded samples in place of the searcher's own.
      searcher.restore({ ...(searcher.snapshot() as object), pending: thetas.map((theta) => ({ theta })) });
      searcher.tell(
        thetas.map((theta, i): TrialResult => ({ theta, status: 'complete', reward: rewards[i] as number })),
      );
      const { distribution } = searcher.snapshot() as unknown as { readonly distribution: Distribution };
      expect(distribution.generation).toBe(after.generation);
      expectClose(distribution.mean, after.mean, 1e-12);
      expectClose([distribution.sigma], [after.sigma], 1e-12);
      expectClose(distribution.covariance.flat(), after.covariance.flat(), 1e-12);
      expectClose(distribution.pathSigma, after.pathSigma, 1e-12);
      expectClose(distribution.path, after.path, 1e-12);
    }
  });
});

describe('the recorded searches', () => {
  const all = golden.searches.flatMap(({ rounds }) => rounds);

  test('have 1 to 12 dimensions, negative weights, and c_μ of 0, at its bound and between', () => {
    expect([...new Set(golden.searches.map(({ start }) => start.length))]).toEqual([1, 2, 6, 12]);
    const bounded = golden.searches.map(({ constants: { rankOneRate, rankMuRate } }) => 1 - rankOneRate - rankMuRate);
    expect(bounded.filter((left) => left < 1e-7).length).toBe(1);
    expect(golden.searches.filter(({ constants }) => constants.rankMuRate === 0).length).toBe(1);
    // At the bound, negative weights all but vanish.
    expect(golden.searches.filter(({ constants }) => Math.min(...constants.weights) < -0.1).length).toBe(10);
  });

  test('have ties, and rounds in which the path was stopped and others', () => {
    expect(all.filter(({ rewards }) => new Set(rewards).size < rewards.length).length).toBeGreaterThan(4);
    expect(all.filter(({ stalled }) => stalled).length).toBeGreaterThan(4);
    expect(all.filter(({ stalled }) => !stalled).length).toBeGreaterThan(20);
    expect(all.some((round) => round.stalled !== round.stalledIfCountedFromOne)).toBe(true);
  });

  test('changed enough for the comparison to mean something', () => {
    for (const { name, options, start, rounds } of golden.searches) {
      const { mean, sigma, covariance } = (rounds.at(-1) as { readonly after: Distribution }).after;
      expect(Math.max(...mean.map((value, i) => Math.abs(value - (start[i] as number)))), name).toBeGreaterThan(0.04);
      expect(Math.abs(Math.log(sigma / options.sigma)), name).toBeGreaterThan(0.05);
      const changes = covariance.flatMap((row, i) => row.map((value, j) => Math.abs(value - (i === j ? 1 : 0))));
      expect(Math.max(...changes), name).toBeGreaterThan(0.05);
    }
  });
});
