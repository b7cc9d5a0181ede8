import { intoCube } from './cube.ts';
import type { Distribution } from './distribution.ts';
import type { Strategy } from './strategy.ts';
import { applyToEigenvalues, eigenvalues, type Rows, times } from './symmetric.ts';

/** σ is kept at least this large: below, coordinates of the cube lose the digits of a step. */
const SIGMA_FLOOR = 1e-8;
/** Eigenvalues of C are kept at least this large; `cmaes` puts it in place of negative ones only. */
const EIGENVALUE_FLOOR = 1e-8;
/** And at least this part of the largest: below, rounding decides about their sign. */
const EIGENVALUE_PART = 1e-12;
/** Keeps the length of a step from being divided by zero; as in `cmaes`. */
const EPSILON = 1e-8;

/**
 * One generation of CMA-ES (Hansen 2016, equations 41 to 47) with negative weights.
 *
 * @param thetas the round's points, best first, as many as `strategy` has weights.
 */
export function updateDistribution(
  before: Distribution,
  thetas: readonly (readonly number[])[],
  strategy: Strategy,
): Distribution {
  const { weights, effectiveParents, pathSigmaRate, pathRate, rankOneRate, rankMuRate, expectedNorm } = strategy;
  const dimensions = before.mean.length;
  const generation = before.generation + 1;
  const inverseRoot = applyToEigenvalues(before.covariance, (eigenvalue) => 1 / Math.sqrt(eigenvalue));

  // 41, 42: the mean moves by the weighted steps of the better half, in units of σ.
  const steps = thetas.map((theta) => theta.map((value, i) => (value - (before.mean[i] as number)) / before.sigma));
  const meanStep = before.mean.map((_, i) =>
    steps.reduce((total, step, rank) => total + Math.max(0, weights[rank] as number) * (step[i] as number), 0),
  );
  // An average of points of the cube, which rounding may carry past a face.
  const mean = intoCube(before.mean.map((value, i) => value + before.sigma * (meanStep[i] as number)));

  // 43, 44: σ grows if the mean's steps add up to more than random ones would.
  const pathSigma = alongPath(before.pathSigma, times(inverseRoot, meanStep), pathSigmaRate, effectiveParents);
  const growth = Math.exp((pathSigmaRate / strategy.damping) * (norm(pathSigma) / expectedNorm - 1));
  const sigma = Math.max(SIGMA_FLOOR, before.sigma * growth);

  // 45, and h_σ before it: while σ is far too small, the path only fades, or C would grow in σ's place.
  const settled = Math.sqrt(1 - (1 - pathSigmaRate) ** (2 * (generation + 1)));
  const stalled = norm(pathSigma) / settled >= (1.4 + 2 / (dimensions + 1)) * expectedNorm;
  const path = alongPath(before.path, stalled ? meanStep.map(() => 0) : meanStep, pathRate, effectiveParents);

  // 46, 47: C moves towards the path and towards the good steps, and away from the bad ones, whatever their length.
  const stepWeights = steps.map((step, rank) => {
    const weight = weights[rank] as number;
    return weight >= 0 ? weight : (weight * dimensions) / (norm(times(inverseRoot, step)) ** 2 + EPSILON);
  });
  const lost = stalled ? pathRate * (2 - pathRate) : 0;
  const kept = 1 + rankOneRate * lost - rankOneRate - rankMuRate * weights.reduce((total, weight) => total + weight, 0);
  const covariance = before.covariance.map((row, i) =>
    row.map((value, j) => {
      const rankOne = (path[i] as number) * (path[j] as number);
      const rankMu = steps.reduce(
        (total, step, rank) => total + (stepWeights[rank] as number) * ((step[i] as number) * (step[j] as number)),
        0,
      );
      return kept * value + rankOneRate * rankOne + rankMuRate * rankMu;
    }),
  );
  return { generation, mean, sigma, covariance: atLeastFloor(covariance), pathSigma, path };
}

/** A path after a step: it forgets at `rate`, and keeps the length it would have if steps were random. */
function alongPath(
  path: readonly number[],
  step: readonly number[],
  rate: number,
  effectiveParents: number,
): readonly number[] {
  const scale = Math.sqrt(rate * (2 - rate) * effectiveParents);
  return path.map((value, i) => (1 - rate) * value + scale * (step[i] as number));
}

function atLeastFloor(covariance: Rows): Rows {
  const values = eigenvalues(covariance);
  const floor = Math.max(EIGENVALUE_FLOOR, EIGENVALUE_PART * Math.max(...values));
  if (values.every((eigenvalue) => eigenvalue >= floor)) return covariance;
  return applyToEigenvalues(covariance, (eigenvalue) => Math.max(floor, eigenvalue));
}

function norm(vector: readonly number[]): number {
  return Math.sqrt(vector.reduce((total, value) => total + value ** 2, 0));
}
