import { fromCentre, fromUpperTail, logNormalDensity, massFromCentre, upperTail } from './normal-distribution.ts';

/**
 * A normal distribution cut to [0, 1] (Burkardt, The Truncated Normal Distribution, 2014). `mu` in [0, 1] and `sigma` > 0
 * are the mean and standard deviation before the cut.
 *
 * With μ inside the interval the probability kept, Z = P(0 < X < 1), is a sum of two masses on either side of μ: nothing
 * cancels, whatever σ. From σ → 0 (all at μ) to σ → ∞ (uniform) and for μ at 0 and 1, all three functions stay exact to
 * about 1e-12 relative.
 */
interface TruncatedNormal {
  readonly mu: number;
  readonly sigma: number;
}

/** Z, and its parts to the left and the right of μ. */
function keptMass({ mu, sigma }: TruncatedNormal): { left: number; right: number; total: number } {
  const left = massFromCentre(mu / sigma);
  const right = massFromCentre((1 - mu) / sigma);
  return { left, right, total: left + right };
}

/** ln of the density at x; -∞ outside [0, 1]. */
export function logDensity(x: number, distribution: TruncatedNormal): number {
  if (!(x >= 0 && x <= 1)) return Number.NEGATIVE_INFINITY;
  const { mu, sigma } = distribution;
  return logNormalDensity((x - mu) / sigma) - Math.log(sigma) - Math.log(keptMass(distribution).total);
}

/** ∂/∂μ of the log-density at x in [0, 1]: (x - μ)/σ² - ∂ ln Z/∂μ. */
export function logDensityByMu(x: number, distribution: TruncatedNormal): number {
  const { mu, sigma } = distribution;
  return (x - mu) / sigma / sigma + endDensityDifference(distribution) / (sigma * keptMass(distribution).total);
}

/** φ(β) - φ(α) with α = -μ/σ and β = (1-μ)/σ, as one exponential times expm1: for large σ the two are almost equal. */
function endDensityDifference({ mu, sigma }: TruncatedNormal): number {
  const nearEnd = Math.min(mu, 1 - mu) / sigma;
  const logRatio = -Math.abs(2 * mu - 1) / (2 * sigma * sigma); // ln of the far end's density over the near end's
  const difference = Math.exp(logNormalDensity(nearEnd)) * -Math.expm1(logRatio);
  return mu > 0.5 ? difference : -difference;
}

/** Above this probability on either side, a quantile is found from its mass to μ, below from the tail's. */
const TAIL = 0.25;

/**
 * The inverse of the distribution function: with `probability` uniform in [0, 1), a sample.
 *
 * @returns x in [0, 1], not decreasing in `probability`.
 */
export function quantile(probability: number, distribution: TruncatedNormal): number {
  const { mu, sigma } = distribution;
  const { left, total } = keptMass(distribution);
  // Probabilities of the uncut normal below and above x, each without cancellation.
  const below = upperTail(mu / sigma) + probability * total;
  const above = upperTail((1 - mu) / sigma) + (1 - probability) * total;
  const x =
    below < TAIL
      ? mu - sigma * fromUpperTail(below)
      : above < TAIL
        ? mu + sigma * fromUpperTail(above)
        : mu + sigma * fromCentre(probability * total - left);
  return Math.min(1, Math.max(0, x));
}
