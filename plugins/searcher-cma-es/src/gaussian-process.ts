import { CholeskyDecomposition, Matrix } from 'ml-matrix';

/** A point that was tried, what it was worth, and in which round: those of a round were trained on the same batches. */
export interface Observation {
  readonly theta: readonly number[];
  readonly worth: number;
  readonly round: number;
}

/** What is tried for the length scale, in units of the cube's side. */
const LENGTH_SCALES = [0.4, 0.8, 1.6];
/** What is tried for the noise of a trial, and what the offset of a round is: variances, in parts of the function's own. */
const NOISES = [0.03, 0.1, 0.3];
const OFFSET = 0.1;
/** The prior of the length scale is log-normal around this, as wide as that: a few trials say little about it. */
const USUAL_SCALE = 0.8;
const SCALE_WIDTH = 0.7;

/** Failures are so much worse than the rest that a smooth function through them is no use for anything else. */
const LOWEST = 4;

/**
 * Regression by a Gaussian process (Rasmussen & Williams 2006, "Gaussian Processes for Machine Learning", equations 2.25 and
 * 2.30) with a Matérn-5/2 kernel (4.17) of one length scale, an offset for each round, and noise. Its parameters are the best
 * of a small grid by their posterior (how fine the grid is made no difference to a search); the kernel's variance is the one
 * that makes the observations most likely.
 *
 * Worths lower than the median by more than four times what the upper quartile is above it are moved up to there.
 *
 * @returns the expected worth of a point, in a round of no offset; null if the worths are all the same.
 */
export function gaussianProcess(observations: readonly Observation[]): ((theta: readonly number[]) => number) | null {
  const worths = withoutDepths(observations.map(({ worth }) => worth));
  // Not by the deviation: rounding may leave some of it.
  if (Math.min(...worths) === Math.max(...worths)) return null;
  const mean = sum(worths) / worths.length;
  const deviation = Math.sqrt(sum(worths.map((worth) => (worth - mean) ** 2)) / worths.length);
  const targets = worths.map((worth) => (worth - mean) / deviation);
  const distances = observations.map((a) => observations.map((b) => distance(a.theta, b.theta)));
  let best: Fit | null = null;
  for (const scale of LENGTH_SCALES) {
    const kernel = distances.map((row) => row.map((value) => matern(value / scale)));
    for (const noise of NOISES) {
      const fit = fitted({ observations, targets, kernel, scale, noise });
      if (best === null || fit.likelihood > best.likelihood) best = fit;
    }
  }
  const { scale, weights } = best as Fit;
  return (theta) =>
    mean +
    deviation *
      sum(observations.map((other, i) => matern(distance(theta, other.theta) / scale) * (weights[i] as number)));
}

interface Fit {
  /** The logarithm of the posterior density, but for a constant. */
  readonly likelihood: number;
  readonly scale: number;
  /** K⁻¹·y. */
  readonly weights: readonly number[];
}

interface Hypothesis {
  readonly observations: readonly Observation[];
  readonly targets: readonly number[];
  readonly kernel: readonly (readonly number[])[];
  readonly scale: number;
  readonly noise: number;
}

function fitted({ observations, targets, kernel, scale, noise }: Hypothesis): Fit {
  const rows = kernel.map((row, i) =>
    row.map((value, j) => {
      const shared = observations[i]?.round === observations[j]?.round ? OFFSET : 0;
      return value + shared + (i === j ? noise : 0);
    }),
  );
  const cholesky = new CholeskyDecomposition(new Matrix(rows));
  const weights = cholesky.solve(Matrix.columnVector([...targets])).to1DArray();
  const count = targets.length;
  const variance = sum(targets.map((target, i) => target * (weights[i] as number))) / count;
  const logDeterminant = 2 * sum(cholesky.lowerTriangularMatrix.diagonal().map(Math.log));
  const prior = -0.5 * (Math.log(scale / USUAL_SCALE) / SCALE_WIDTH) ** 2;
  return { likelihood: -0.5 * (count * Math.log(variance) + logDeterminant) + prior, scale, weights };
}

/** Matérn with ν = 5/2 and unit length scale. */
export function matern(distance: number): number {
  const scaled = Math.sqrt(5) * distance;
  return (1 + scaled + scaled ** 2 / 3) * Math.exp(-scaled);
}

export function withoutDepths(worths: readonly number[]): readonly number[] {
  const sorted = worths.toSorted((a, b) => a - b);
  const quantile = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] as number;
  const floor = quantile(0.5) - LOWEST * (quantile(0.75) - quantile(0.5));
  return worths.map((worth) => Math.max(floor, worth));
}

function distance(a: readonly number[], b: readonly number[]): number {
  return Math.sqrt(sum(a.map((value, axis) => (value - (b[axis] as number)) ** 2)));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
