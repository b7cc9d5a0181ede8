import { factorInPlace, solveLower, solveUpper } from './factor.ts';
import { matern, type Observation, withoutDepths } from './gaussian-process.ts';

/** What is known of the function before it is observed. */
export interface Expectation {
  /** Length scales that are usual for each coordinate, in units of the cube's side. */
  readonly scales: readonly number[];
  /** What other tasks make of a point, one value for each of them, as standard scores. */
  readonly views: (theta: readonly number[]) => readonly number[];
}

/** A Gaussian process that was fitted. */
export interface LearnedProcess {
  /** The expected worth of a point, in a round of no offset, as a standard score. */
  mean(theta: readonly number[]): number;
  /** How far apart points are, along each coordinate, whose worths say little about each other. */
  readonly scales: readonly number[];
}

/** Steps of a length scale, and its bounds, in units of the cube's side. */
const STEPS = [0.5, 0.7, 1.4, 2];
const [SHORTEST, LONGEST] = [0.1, 5];
/** Standard deviation of the logarithm of a length scale around its usual value. */
const SCALE_WIDTH = 0.8;
/** What is tried for the noise of a trial and for the offset of a round: variances, in parts of the function's own. */
const NOISES = [0.01, 0.03, 0.1, 0.3, 1];
const OFFSETS = [0.003, 0.03, 0.1];
const SWEEPS = 2;
/** Of the function's level, which nothing is known of. */
const LEVEL = 10;
/** How much of what other tasks say is expected to hold here, of all of them together; and the standard deviation of that. */
const AGREEMENT = 0.7;
const DOUBT = 0.7;

/**
 * Regression by a Gaussian process whose length scales, one for each coordinate, noise and offsets are those that are most likely
 * a posteriori (Rasmussen & Williams 2006, equations 2.25, 2.30 and 5.1, by coordinate ascent on a grid): curves have control points that matter
 * much and such that hardly do.
 *
 * What other tasks say of a point enters as a linear model with weights of its own (2.7): a priori each task holds here in
 * part, and with every observation that it foretells wrong it holds less. Nothing has to be comparable between tasks but
 * the order of magnitude of how far points differ.
 *
 * @returns null if there is nothing to go by: no other task, and fewer than two worths.
 */
export function learnedProcess(
  observations: readonly Observation[],
  { scales: usual, views }: Expectation,
): LearnedProcess | null {
  const worths = withoutDepths(observations.map(({ worth }) => worth));
  const level = sum(worths) / worths.length;
  const spread = Math.sqrt(sum(worths.map((worth) => (worth - level) ** 2)) / worths.length);
  // Rounding may leave some spread of equal worths, or none of worths that hardly differ.
  const isFlat = worths.length < 2 || Math.min(...worths) === Math.max(...worths) || spread === 0;
  const tasks = views(usual.map(() => 0.5)).length;
  const foretold = (seen: readonly number[]): number => (tasks === 0 ? 0 : (AGREEMENT / tasks) * sum(seen));
  if (isFlat) return tasks === 0 ? null : { mean: (theta) => foretold(views(theta)), scales: usual };
  const thetas = observations.map(({ theta }) => theta);
  const data: Data = {
    thetas,
    squares: usual.map((_, axis) => squaresAlong(thetas, axis)),
    rounds: observations.map(({ round }) => round),
    targets: worths.map((worth) => (worth - level) / spread),
    views: observations.map(({ theta }) => views(theta)),
    doubt: tasks === 0 ? 0 : DOUBT ** 2 / tasks,
    foretold,
  };
  const { hypothesis, fit } = mostLikely(data, usual);
  const weights = solveUpper(fit.factor, worths.length, fit.residuals);
  const inverse = hypothesis.scales.map((scale) => 1 / scale ** 2);
  return {
    scales: hypothesis.scales,
    mean: (theta) => {
      const seen = views(theta);
      let total = fit.scale * foretold(seen);
      for (const [i, other] of thetas.entries()) {
        const shared = LEVEL + data.doubt * inner(seen, data.views[i] ?? []);
        total += (matern(distance(theta, other, inverse)) + shared) * (weights[i] as number);
      }
      return total;
    },
  };
}

interface Data {
  readonly thetas: readonly (readonly number[])[];
  /** Along each coordinate, the square of the difference of each pair, row after row of the lower triangle. */
  readonly squares: readonly Float64Array[];
  readonly rounds: readonly number[];
  readonly targets: readonly number[];
  readonly views: readonly (readonly number[])[];
  /** The variance of a task's weight. */
  readonly doubt: number;
  foretold(seen: readonly number[]): number;
}

interface Hypothesis {
  readonly scales: readonly number[];
  readonly noise: number;
  readonly offset: number;
}

interface Fit {
  /** The logarithm of the posterior density, but for a constant. */
  readonly likelihood: number;
  /** Of the covariance in units of the function's variance. */
  readonly factor: Float64Array;
  /** L⁻¹ of what is left of the targets. */
  readonly residuals: Float64Array;
  /** The function's standard deviation. */
  readonly scale: number;
}

function mostLikely(data: Data, usual: readonly number[]): { readonly hypothesis: Hypothesis; readonly fit: Fit } {
  let hypothesis: Hypothesis = { scales: usual, noise: 0.1, offset: 0.03 };
  let fit = fitted(data, hypothesis, usual);
  const consider = (change: Partial<Hypothesis>): void => {
    const other = { ...hypothesis, ...change };
    const its = fitted(data, other, usual);
    if (its.likelihood > fit.likelihood) [hypothesis, fit] = [other, its];
  };
  const bounded = (scale: number): number => Math.min(LONGEST, Math.max(SHORTEST, scale));
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    for (const step of STEPS) consider({ scales: hypothesis.scales.map((scale) => bounded(step * scale)) });
    for (const noise of NOISES) consider({ noise });
    for (const offset of OFFSETS) consider({ offset });
    for (const axis of usual.keys()) {
      for (const step of STEPS) {
        const { scales } = hypothesis;
        consider({ scales: scales.with(axis, bounded(step * (scales[axis] as number))) });
      }
    }
  }
  return { hypothesis, fit };
}

function fitted(data: Data, { scales, noise, offset }: Hypothesis, usual: readonly number[]): Fit {
  const { squares, rounds, targets, views, doubt } = data;
  const n = targets.length;
  const apart = new Float64Array((n * (n + 1)) / 2);
  for (const [axis, along] of squares.entries()) {
    const inverse = 1 / (scales[axis] as number) ** 2;
    for (let pair = 0; pair < apart.length; pair++)
      apart[pair] = (apart[pair] as number) + inverse * (along[pair] as number);
  }
  const factor = new Float64Array(n * n);
  let pair = 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const together = rounds[i] === rounds[j] ? offset : 0;
      const shared = LEVEL + (doubt === 0 ? 0 : doubt * inner(views[i] ?? [], views[j] ?? []));
      factor[i * n + j] = matern(Math.sqrt(apart[pair++] as number)) + shared + together + (i === j ? noise : 0);
    }
  }
  factorInPlace(factor, n);
  const foretold = solveLower(factor, n, views.map(data.foretold));
  const told = solveLower(factor, n, targets);
  // The function's scale, at which the likelihood has its maximum: n·s² + (t·f)·s - t·t = 0.
  const [along, own] = [inner(told, foretold), inner(told, told)];
  const scale = (Math.sqrt(along ** 2 + 4 * n * own) - along) / (2 * n);
  const residuals = told.map((value, i) => value - scale * (foretold[i] as number));
  let logDeterminant = 0;
  for (let i = 0; i < n; i++) logDeterminant += Math.log(factor[i * n + i] as number);
  const prior = sum(scales.map((value, axis) => -0.5 * (Math.log(value / (usual[axis] as number)) / SCALE_WIDTH) ** 2));
  const misfit = inner(residuals, residuals) / (2 * scale ** 2);
  return { likelihood: prior - n * Math.log(scale) - logDeterminant - misfit, factor, residuals, scale };
}

function squaresAlong(thetas: readonly (readonly number[])[], axis: number): Float64Array {
  const values = thetas.map((theta) => theta[axis] as number);
  return Float64Array.from(values.flatMap((a, i) => values.slice(0, i + 1).map((b) => (a - b) ** 2)));
}

function distance(a: readonly number[], b: readonly number[], inverse: readonly number[]): number {
  let total = 0;
  for (const [axis, value] of a.entries()) total += (value - (b[axis] as number)) ** 2 * (inverse[axis] as number);
  return Math.sqrt(total);
}

function inner(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] as number) * (b[i] as number);
  return total;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
