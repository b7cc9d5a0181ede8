/** The constants of CMA-ES for a number of dimensions d and a number of samples λ. */
export interface Strategy {
  /** Of the samples, best first: positive ones that sum to 1, then negative ones. */
  readonly weights: readonly number[];
  /** μ_eff of the positive weights, at least 1. */
  readonly effectiveParents: number;
  /** c_σ and c_c: how fast the two paths forget, in (0, 1]. */
  readonly pathSigmaRate: number;
  readonly pathRate: number;
  /** d_σ: damps changes of the step size, above 1. */
  readonly damping: number;
  /** c_1 and c_μ: the share of the path and of the samples in the new covariance; together at most 1. */
  readonly rankOneRate: number;
  readonly rankMuRate: number;
  /** E‖N(0, I)‖, as the series that the source gives. */
  readonly expectedNorm: number;
}

/** Keeps a share of the old covariance also where so many are sampled that c_1 + c_μ would be 1; as in `cmaes`. */
const KEPT_SHARE = 1e-8;

/** λ = 4 + ⌊3 ln d⌋ (Hansen 2016, equation 48). */
export function defaultSamples(dimensions: number): number {
  return 4 + Math.floor(3 * Math.log(dimensions));
}

/**
 * The published constants (Hansen 2016, "The CMA Evolution Strategy: A Tutorial", arXiv:1604.00772, equations 49 to 58),
 * with negative weights; c_μ as in the Python package `cmaes`.
 *
 * @param dimensions d, at least 1.
 * @param samples λ, at least 2.
 */
export function strategyFor(dimensions: number, samples: number): Strategy {
  const d = dimensions;
  const raw = Array.from({ length: samples }, (_, rank) => Math.log((samples + 1) / 2) - Math.log(rank + 1)); // 49
  const parents = Math.floor(samples / 2);
  const effective = effectiveNumber(raw.slice(0, parents));
  const effectiveNegative = effectiveNumber(raw.slice(parents));

  const rankOneRate = 2 / ((d + 1.3) ** 2 + effective); // 57
  const rankMuRate = Math.min(
    1 - rankOneRate - KEPT_SHARE,
    (2 * (effective - 2 + 1 / effective)) / ((d + 2) ** 2 + effective), // 58
  );
  // The last of the three keeps the covariance positive definite. With fewer than 4 samples c_μ is 0, and two are infinite.
  const negativeSum = Math.min(
    1 + rankOneRate / rankMuRate, // 50
    1 + (2 * effectiveNegative) / (effective + 2), // 51
    (1 - rankOneRate - rankMuRate) / (d * rankMuRate), // 52
  );
  const positive = sum(raw.filter((weight) => weight > 0));
  const negative = -sum(raw.filter((weight) => weight < 0));
  const pathSigmaRate = (effective + 2) / (d + effective + 5); // 55
  return {
    weights: raw.map((weight) => (weight >= 0 ? weight / positive : (weight * negativeSum) / negative)), // 53
    effectiveParents: effective,
    pathSigmaRate,
    pathRate: (4 + effective / d) / (d + 4 + (2 * effective) / d), // 56
    damping: 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (d + 1)) - 1) + pathSigmaRate, // 55
    rankOneRate,
    rankMuRate,
    expectedNorm: Math.sqrt(d) * (1 - 1 / (4 * d) + 1 / (21 * d ** 2)),
  };
}

/** How many equal weights would average as much noise away: (Σw)² / Σw². */
function effectiveNumber(weights: readonly number[]): number {
  return sum(weights) ** 2 / sum(weights.map((weight) => weight ** 2));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
