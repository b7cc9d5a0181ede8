import { defineMetric, type Plugin, type RegionOptions, regionOptions } from '@auto-seg-loss/kernel';

/** The share of each class's pixels that is found, |P ∩ Y| / |Y|, averaged over classes: `macc` by its other name. */
export const plugin: Plugin<'metric', RegionOptions> = defineMetric({
  name: 'recall',
  summary: 'Mean recall (sensitivity): the share of what is labelled as a class that is found; the same as macc',
  options: regionOptions,
  average: ({ average }) => average,
  claims: ({ background }) => ({ renaming: background ? 'all' : 'foreground', monotone: true }),
  measure: ({ and, sum }, { prediction, label }) => ({
    hits: sum(and('intersection', prediction, label)),
    labelled: sum(label),
  }),
  score: ({ mean, ratio, withoutBackground }, { hits, labelled }, { background }) => {
    const recall = ratio(hits, labelled);
    return mean(background ? recall : withoutBackground(recall));
  },
});
