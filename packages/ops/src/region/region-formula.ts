import type { LossAlgebra, LossFormula, LossValue } from '@auto-seg-loss/kernel';
import type { RegionOptions } from './region-options.ts';

/** `OverlapSums` in the algebra of losses. */
export interface OverlapValues {
  /** Σ p·y */
  readonly hits: LossValue;
  /** Σ p */
  readonly predicted: LossValue;
  /** Σ y */
  readonly labelled: LossValue;
  /** Σ p² */
  squares(): LossValue;
}

/** The score of each class, as `regionLoss` takes it, in the algebra of losses. */
export type ScoreFormula = (algebra: LossAlgebra, sums: OverlapValues, smooth: number) => LossValue;

/** Scores below count as this much where their logarithm is taken, and differences to 1 where a power is. */
export const LEAST = 1e-7;

/** The formula of `regionLoss`. */
export function regionFormula(options: RegionOptions, score: ScoreFormula, power: number): LossFormula {
  const { classes, per, smooth, classWeights } = options;
  return (algebra) => {
    const { probability, label, valid, number, times, plus, minus, named } = algebra;
    const summed = (name: string, value: LossValue): LossValue => named(name, algebra.sumOverPixels(value, per));
    const labelled = summed('labelled', label);
    const sums: OverlapValues = {
      hits: summed('hits', times(probability, label)),
      predicted: summed('predicted', times(probability, valid)),
      labelled,
      squares: () => summed('squares', times(times(probability, probability), valid)),
    };
    const scores = named('score', score(algebra, sums, smooth));
    const misses = named(
      'misses',
      options.log ? minus(number(0), algebra.log(algebra.atLeast(scores, LEAST))) : minus(number(1), scores),
    );
    const powers = power === 1 ? misses : algebra.power(algebra.atLeast(misses, LEAST), power);
    const weighted = classWeights === undefined ? powers : times(algebra.perClass(classWeights), powers);
    // An image without a pixel that counts has no class that does.
    const counted = named(
      'counted',
      classes === 'present'
        ? algebra.aboveZero(labelled)
        : plus(algebra.aboveZero(algebra.sumOverClasses(labelled)), times(number(0), labelled)),
    );
    return meanOfMeans(algebra, weighted, counted);
  };
}

/** Over the classes that count, then over the images that have any. */
function meanOfMeans(algebra: LossAlgebra, values: LossValue, counted: LossValue): LossValue {
  const { times, divide, atLeast, aboveZero, sumOverClasses, sumOverImages, named } = algebra;
  const counts = named('counts', sumOverClasses(counted));
  const means = named('means', divide(sumOverClasses(times(values, counted)), atLeast(counts, 1)));
  const images = named('images', sumOverImages(aboveZero(counts)));
  return divide(sumOverImages(means), atLeast(images, 1));
}
