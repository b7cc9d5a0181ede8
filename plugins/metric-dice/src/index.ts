import { type AverageOptions, averageOptions, defineMetric, type Plugin } from '@auto-seg-loss/kernel';

/** The Dice coefficient (F1 of each class's pixels) over the whole data set: 2·|P ∩ Y| / (|P ∩ Y| + |P ∪ Y|). */
export const plugin: Plugin<'metric', AverageOptions> = defineMetric({
  name: 'dice',
  summary: 'Mean Dice coefficient (F1 over pixels)',
  options: averageOptions,
  average: ({ average }) => average,
  claims: () => ({ monotone: true, symmetric: true }),
  measure: ({ and, or, sum }, { prediction, label }) => ({
    intersection: sum(and('intersection', prediction, label)),
    union: sum(or('union', prediction, label)),
  }),
  score: ({ mean, ratio, scale, plus }, { intersection, union }) =>
    mean(ratio(scale(2, intersection), plus(intersection, union))),
});
