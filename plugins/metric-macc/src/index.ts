import { type AverageOptions, averageOptions, defineMetric, type Plugin } from '@auto-seg-loss/kernel';

/** The share of each class's pixels that is found (recall), averaged over classes. */
export const plugin: Plugin<'metric', AverageOptions> = defineMetric({
  name: 'macc',
  summary: 'Mean accuracy: the share of its pixels found, averaged over classes',
  options: averageOptions,
  average: ({ average }) => average,
  claims: () => ({ monotone: true }),
  measure: ({ and, sum }, { prediction, label }) => ({
    hit: sum(and('intersection', prediction, label)),
    labelled: sum(label),
  }),
  score: ({ mean, ratio }, { hit, labelled }) => mean(ratio(hit, labelled)),
});
