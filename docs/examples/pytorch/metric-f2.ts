import { type AverageOptions, averageOptions, defineMetric, type Plugin } from '@auto-seg-loss/kernel';

/** F2 of pixels, the mean over classes: recall counts four times as much as precision (van Rijsbergen 1979). */
export const plugin: Plugin<'metric', AverageOptions> = defineMetric({
  name: 'f2',
  summary: 'F2 of pixels: recall counts four times as much as precision',
  options: averageOptions,
  average: ({ average }) => average,
  claims: () => ({ monotone: true }),
  measure: ({ and, or, sum }, { prediction, label }) => ({
    hits: sum(and('hits', prediction, label)),
    either: sum(or('either', prediction, label)),
    labelled: sum(label),
  }),
  score: ({ mean, ratio, scale, plus, minus }, { hits, either, labelled }) => {
    const errors = plus(scale(4, minus(labelled, hits)), minus(either, labelled)); // missed, and false alarms
    return mean(ratio(scale(5, hits), plus(scale(5, hits), errors)));
  },
});
