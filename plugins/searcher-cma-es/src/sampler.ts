import { isInCube, shortenedIntoCube } from './cube.ts';
import type { Distribution } from './distribution.ts';
import { applyToEigenvalues, times } from './symmetric.ts';

/** How often a point outside the cube is drawn again; the default of `cmaes`. */
const RESAMPLINGS = 100;

/**
 * What draws points of the unit cube from a distribution: mean + σ · C^½ · z (Hansen 2016, equations 38 to 40, with the
 * symmetric root of C in place of B·D: the same distribution, and no dependence on which eigenvectors a library returns).
 *
 * A point outside is drawn again, as in `cmaes` with bounds; after 100 of them one more is drawn, and the way to it ends
 * where it leaves the cube. `cmaes` moves that one to the nearest point of the cube instead. Where C is narrow, such a point
 * is farther from the mean than any that the distribution draws; with the best point in a corner σ then grows without end.
 *
 * @param normal the next standard normal number; d of them are taken for each draw.
 */
export function sampler(distribution: Distribution, normal: () => number): () => readonly number[] {
  const { mean, sigma } = distribution;
  const root = applyToEigenvalues(distribution.covariance, Math.sqrt);
  const draw = (): readonly number[] => {
    const step = times(root, mean.map(normal));
    return mean.map((value, axis) => value + sigma * (step[axis] as number));
  };
  return () => {
    for (let attempt = 0; attempt < RESAMPLINGS; attempt++) {
      const point = draw();
      if (isInCube(point)) return point;
    }
    return shortenedIntoCube(mean, draw());
  };
}
