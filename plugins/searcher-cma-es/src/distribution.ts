import { identity, type Rows } from './symmetric.ts';

/** What is learned: N(mean, sigma² · covariance), and what is remembered of the steps that the mean took. */
export interface Distribution {
  /** Updates so far. */
  readonly generation: number;
  /** In the unit cube. */
  readonly mean: readonly number[];
  /** The step size σ. */
  readonly sigma: number;
  /** C: symmetric, positive definite. */
  readonly covariance: Rows;
  /** p_σ, the path of the mean in the coordinates in which C is the identity. */
  readonly pathSigma: readonly number[];
  /** p_c, the path of the mean in units of σ. */
  readonly path: readonly number[];
}

/** The distribution before its first update: around `start`, values in [0, 1], and equally wide in all directions. */
export function distributionAt(start: readonly number[], sigma: number): Distribution {
  const zeros = new Array<number>(start.length).fill(0);
  return {
    generation: 0,
    mean: start,
    sigma,
    covariance: identity(start.length),
    pathSigma: zeros,
    path: zeros,
  };
}
