import { type AverageOptions, averageOptions, defineMetric, type Plugin } from '@auto-seg-loss/kernel';

/** The share of all labelled pixels that is right: the mean of class accuracies weighted by their pixels. */
export const plugin: Plugin<'metric', AverageOptions> = defineMetric({
  name: 'gacc',
  summary: 'Global accuracy: the share of all pixels that is right',
  options: averageOptions,
  average: ({ average }) => average,
  // Over images, a class's accuracy is weighted by how much of it the label has.
  claims: ({ average }) => ({ monotone: true, symmetric: average !== 'class-and-image' }),
  measure: ({ and, sum }, { prediction, label }) => ({
    hit: sum(and('intersection', prediction, label)),
    labelled: sum(label),
  }),
  score: ({ weightedMean, ratio }, { hit, labelled }) => weightedMean(ratio(hit, labelled), labelled),
});
