import { type AverageOptions, averageOptions, defineMetric, type Plugin } from '@auto-seg-loss/kernel';

/** Intersection over union, each class weighted by its share of the labelled pixels. */
export const plugin: Plugin<'metric', AverageOptions> = defineMetric({
  name: 'fwiou',
  summary: 'Frequency-weighted intersection over union',
  options: averageOptions,
  average: ({ average }) => average,
  claims: () => ({ monotone: true }),
  measure: ({ and, or, sum }, { prediction, label }) => ({
    intersection: sum(and('intersection', prediction, label)),
    union: sum(or('union', prediction, label)),
    labelled: sum(label),
  }),
  score: ({ weightedMean, ratio }, { intersection, union, labelled }) =>
    weightedMean(ratio(intersection, union), labelled),
});
