import { readFileSync } from 'node:fs';
import { truncatedNormalLaws } from '@auto-seg-loss/testing';
import { describe, expect, test } from 'vitest';
import * as truncatedNormal from '../src/truncated-normal.ts';

const { logDensity, logDensityByMu, quantile } = truncatedNormal;

interface Golden {
  readonly densities: readonly { mu: number; sigma: number; x: number; logDensity: number; byMu: number }[];
  readonly quantiles: readonly { mu: number; sigma: number; probability: number; x: number }[];
}
const golden: Golden = JSON.parse(readFileSync(new URL('./golden/truncated-normal.json', import.meta.url), 'utf8'));

describe('the truncated normal distribution', () => {
  test('has the log-density of SciPy', () => {
    expect(golden.densities.length).toBeGreaterThan(200);
    for (const { x, logDensity: expected, ...distribution } of golden.densities) {
      const actual = logDensity(x, distribution);
      expect(Math.abs(actual - expected), JSON.stringify({ x, ...distribution })).toBeLessThan(
        1e-10 * Math.max(1, Math.abs(expected)),
      );
    }
  });

  test('has the gradient of a 50-digit computation', () => {
    for (const { x, byMu, logDensity: _, ...distribution } of golden.densities) {
      const actual = logDensityByMu(x, distribution);
      // The terms are of size 1/σ²: what is left of them where they cancel is exact to that.
      const scale = Math.max(Math.abs(byMu), 1e-3 / distribution.sigma ** 2);
      expect(Math.abs(actual - byMu), JSON.stringify({ x, ...distribution, actual, byMu })).toBeLessThan(1e-11 * scale);
    }
  });

  test('has the quantiles of SciPy, polished in 50 digits', () => {
    for (const { probability, x, ...distribution } of golden.quantiles) {
      const actual = quantile(probability, distribution);
      expect(Math.abs(actual - x), JSON.stringify({ probability, x, actual, ...distribution })).toBeLessThan(
        1e-15 + 1e-13 * x,
      );
    }
  });

  for (const law of truncatedNormalLaws(truncatedNormal)) {
    test(`${law.name}: ${law.statement}`, () => law.assert({ runs: 200 }));
  }

  test('has the median of half a bell at the ends', () => {
    // The median of |Z| is 0.6744897501960817.
    expect(quantile(0.5, { mu: 0, sigma: 0.01 })).toBeCloseTo(0.006744897501960817, 14);
    expect(quantile(0.5, { mu: 1, sigma: 0.01 })).toBeCloseTo(1 - 0.006744897501960817, 14);
    expect(quantile(0, { mu: 0.5, sigma: 0.01 })).toBe(0);
  });
});
