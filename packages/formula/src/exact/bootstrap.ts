import type { Random } from '@auto-seg-loss/kernel';
import type { ExactScore } from './exact-score.ts';
import { type Interval, percentileInterval } from './percentile-interval.ts';

/** How far a metric's value, and that of each class, may be off; null where there is no telling. */
export interface ScoreInterval {
  readonly value: Interval | null;
  readonly perClass: readonly (Interval | null)[];
}

/**
 * The percentile bootstrap (Efron, 1979): images are drawn with replacement, as many as there are, and scored again.
 * @param images number of images, from 2.
 * @param resamples number of draws, from 1.
 * @param scoresOf the scores of a draw, in which each image counts as often as the weights say: the same array each time.
 * @returns 95 % intervals, in the order of the scores. Draws in which a value is absent say nothing about it.
 */
export function bootstrap(
  images: number,
  resamples: number,
  random: Random,
  scoresOf: (weights: Float64Array) => readonly ExactScore[],
): readonly ScoreInterval[] {
  const weights = new Float64Array(images);
  const drawn: number[][][] = [];
  for (let draw = 0; draw < resamples; draw++) {
    weights.fill(0);
    for (let i = 0; i < images; i++) {
      const image = random.integer(0, images - 1);
      weights[image] = (weights[image] as number) + 1;
    }
    for (const [m, { value, perClass }] of scoresOf(weights).entries()) {
      const values = [value, ...perClass];
      const ofMetric = drawn[m] ?? values.map(() => []);
      drawn[m] = ofMetric;
      for (const [c, each] of values.entries()) if (each !== null) ofMetric[c]?.push(each);
    }
  }
  return drawn.map((values) => {
    const [value = null, ...perClass] = values.map(percentileInterval);
    return { value, perClass };
  });
}
