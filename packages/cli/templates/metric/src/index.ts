import { type AverageOptions, averageOptions, defineMetric, type Plugin } from '@auto-seg-loss/kernel';

/** Say here what it measures, and where it comes from. As it stands: the mean over classes of |P∩Y| / |P∪Y|. */
export const plugin: Plugin<'metric', AverageOptions> = defineMetric({
  name: 'template-name',
  summary: 'One line for asl plugins',
  options: averageOptions,
  average: ({ average }) => average,
  // What asl verify shall try to refute, beyond what holds of every metric.
  claims: () => ({ monotone: true, symmetric: true }),
  // Added up over pixels, for each class. A named operation is relaxed: its name is that of its curve.
  measure: ({ and, or, sum }, { prediction, label }) => ({
    intersection: sum(and('intersection', prediction, label)),
    union: sum(or('union', prediction, label)),
  }),
  // What is made of the sums: in [0, 1], higher is better.
  score: ({ mean, ratio }, { intersection, union }) => mean(ratio(intersection, union)),
});
