import { readFileSync } from 'node:fs';
import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { logDensity, logDensityByMu, quantile } from '../src/truncated-normal.ts';

interface Golden {
  readonly densities: readonly { mu: number; sigma: number; x: number; logDensity: number; byMu: number }[];
  readonly quantiles: readonly { mu: number; sigma: number; probability: number; x: number }[];
}
const golden: Golden = JSON.parse(readFileSync(new URL('./golden/truncated-normal.json', import.meta.url), 'utf8'));

const unit = fc.double({ min: 0, max: 1, noNaN: true });
const sigmas = fc.double({ min: -4, max: 6, noNaN: true }).map((exponent) => 10 ** exponent);

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

  test.prop([fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), unit, sigmas])(
    'samples stay in [0, 1]',
    (probability, mu, sigma) => {
      const x = quantile(probability, { mu, sigma });
      expect(x).toBeGreaterThanOrEqual(0);
      expect(x).toBeLessThanOrEqual(1);
    },
  );

  test.prop([unit, unit, unit, sigmas])('quantiles do not decrease', (a, b, mu, sigma) => {
    const low = quantile(Math.min(a, b), { mu, sigma });
    expect(quantile(Math.max(a, b), { mu, sigma })).toBeGreaterThanOrEqual(low - 1e-14);
  });

  test.prop([unit, unit, sigmas])(
    'the log-density and its gradient are finite inside, and mirror at ½',
    (x, mu, sigma) => {
      const value = logDensity(x, { mu, sigma });
      const slope = logDensityByMu(x, { mu, sigma });
      expect(Number.isFinite(value)).toBe(true);
      expect(Number.isFinite(slope)).toBe(true);
      const mirrored = { mu: 1 - mu, sigma };
      const tolerance = 1e-9 * (1 + 1 / sigma ** 2);
      expect(Math.abs(logDensity(1 - x, mirrored) - value)).toBeLessThan(tolerance);
      expect(Math.abs(logDensityByMu(1 - x, mirrored) + slope)).toBeLessThan(tolerance * (1 + 1 / sigma));
    },
  );

  test.prop([unit, fc.double({ min: 0.01, max: 100, noNaN: true })], { numRuns: 30 })(
    'the density integrates to 1',
    (mu, sigma) => {
      const n = 20_000;
      let integral = 0;
      for (let i = 0; i < n; i++) integral += Math.exp(logDensity((i + 0.5) / n, { mu, sigma })) / n;
      expect(integral).toBeCloseTo(1, 6);
    },
  );

  test.prop(
    [fc.double({ min: 0.001, max: 0.999, noNaN: true }), unit, fc.double({ min: 0.05, max: 100, noNaN: true })],
    { numRuns: 30 },
  )('quantile inverts the distribution function', (probability, mu, sigma) => {
    const x = quantile(probability, { mu, sigma });
    const n = 20_000;
    let mass = 0;
    for (let i = 0; i < n; i++) mass += (Math.exp(logDensity(((i + 0.5) / n) * x, { mu, sigma })) * x) / n;
    expect(mass).toBeCloseTo(probability, 5);
  });

  test('is uniform for a wide σ, all at μ for a narrow one, and half a bell at the ends', () => {
    expect(quantile(0.3, { mu: 0.9, sigma: 1e8 })).toBeCloseTo(0.3, 12);
    expect(logDensity(0.3, { mu: 0.9, sigma: 1e8 })).toBeCloseTo(0, 12);
    expect(quantile(0.3, { mu: 0.9, sigma: 1e-8 })).toBeCloseTo(0.9, 6);
    // Half normal: the median of |Z| is 0.6744897501960817.
    expect(quantile(0.5, { mu: 0, sigma: 0.01 })).toBeCloseTo(0.006744897501960817, 14);
    expect(quantile(0.5, { mu: 1, sigma: 0.01 })).toBeCloseTo(1 - 0.006744897501960817, 14);
    expect(quantile(0, { mu: 0.5, sigma: 0.01 })).toBe(0);
  });

  test('has no density outside [0, 1]', () => {
    expect(logDensity(-1e-9, { mu: 0.5, sigma: 0.2 })).toBe(Number.NEGATIVE_INFINITY);
    expect(logDensity(1.000001, { mu: 0.5, sigma: 0.2 })).toBe(Number.NEGATIVE_INFINITY);
  });
});
