import { type AverageOptions, averageField, backgroundField, defineMetric, type Plugin } from '@auto-seg-loss/kernel';
import { z } from 'zod';

export interface GeneralisedDiceOptions extends AverageOptions {
  /** What a class weighs: 1/|Y|², 1/|Y| or 1. */
  readonly weights: 'square' | 'simple' | 'uniform';
  /** Whether class 0 is a class like the others. */
  readonly background: boolean;
}

const options: z.ZodType<GeneralisedDiceOptions> = z.strictObject({
  weights: z
    .enum(['square', 'simple', 'uniform'])
    .default('square')
    .describe('What a class of |Y| labelled pixels weighs: 1/|Y|², 1/|Y|, or 1.'),
  background: backgroundField,
  average: averageField,
});

/**
 * The generalised Dice score, 2·Σ w·|P ∩ Y| / Σ w·(|P| + |Y|) over classes, where w = 1/|Y|² (Crum et al., IEEE TMI 2006;
 * Sudre et al., DLMIA 2017). It is the mean of the classes' Dice weighted by w·(|P| + |Y|). Classes that the labels have not
 * weigh nothing; MONAI gives them the largest weight of the others.
 */
export const plugin: Plugin<'metric', GeneralisedDiceOptions> = defineMetric({
  name: 'generalised-dice',
  summary: 'Generalised Dice score: overlap over all classes together, weighted by the inverse of their size',
  options,
  average: ({ average }) => average,
  claims: ({ background, weights, average }) => ({
    renaming: background ? 'all' : 'foreground',
    // A weight is no share, and moves with what is predicted.
    shares: false,
    monotone: average !== 'class-and-image',
    symmetric: weights === 'uniform' && average !== 'class-and-image',
    leads: average === 'class-and-image' ? 'label' : 'pixel',
  }),
  measure: ({ and, or, sum }, { prediction, label }) => ({
    intersection: sum(and('intersection', prediction, label)),
    union: sum(or('union', prediction, label)),
    labelled: sum(label),
  }),
  score: (algebra, { intersection, union, labelled }, { weights, background }) => {
    const { weightedMean, ratio, scale, plus, present, withoutBackground } = algebra;
    const both = plus(intersection, union);
    const dice = present(labelled, ratio(scale(2, intersection), both));
    const simple = ratio(both, labelled);
    const weight = present(labelled, { uniform: both, simple, square: ratio(simple, labelled) }[weights]);
    return weightedMean(background ? dice : withoutBackground(dice), weight);
  },
});
