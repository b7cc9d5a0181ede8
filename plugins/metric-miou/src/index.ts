import { type AverageOptions, averageOptions, defineMetric, type Plugin } from '@auto-seg-loss/kernel';

/** Mean intersection over union (Jaccard index), sums over the whole data set. */
export const plugin: Plugin<'metric', AverageOptions> = defineMetric({
  name: 'miou',
  summary: 'Mean intersection over union',
  options: averageOptions,
  average: ({ average }) => average,
  claims: () => ({ monotone: true, symmetric: true }),
  measure: ({ and, or, sum }, { prediction, label }) => ({
    intersection: sum(and('intersection', prediction, label)),
    union: sum(or('union', prediction, label)),
  }),
  score: ({ mean, ratio }, { intersection, union }) => mean(ratio(intersection, union)),
});
