import { defineMetric, type Plugin, type RegionOptions, regionOptions } from '@auto-seg-loss/kernel';

/**
 * The share of what is predicted as a class that is right, |P ∩ Y| / |P|, averaged over classes. A class that is predicted
 * nowhere has none. Alone it is high where little is predicted: search it beside `recall`, or for `fbeta`.
 */
export const plugin: Plugin<'metric', RegionOptions> = defineMetric({
  name: 'precision',
  summary: 'Mean precision: the share of what is predicted as a class that is right',
  options: regionOptions,
  average: ({ average }) => average,
  claims: ({ background }) => ({ renaming: background ? 'all' : 'foreground', monotone: true }),
  measure: ({ and, or, minus, sum }, { prediction, label }) => ({
    hits: sum(and('intersection', prediction, label)),
    falseAlarms: sum(minus(or('union', prediction, label), label)),
  }),
  score: ({ mean, ratio, plus, withoutBackground }, { hits, falseAlarms }, { background }) => {
    const precision = ratio(hits, plus(hits, falseAlarms));
    return mean(background ? precision : withoutBackground(precision));
  },
});
