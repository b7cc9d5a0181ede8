import { defineMetric, type Plugin, type RegionOptions, regionOptions } from '@auto-seg-loss/kernel';

/** The share of each class's pixels that is found (recall), averaged over classes. */
export const plugin: Plugin<'metric', RegionOptions> = defineMetric({
  name: 'macc',
  summary: 'Mean accuracy: the share of its pixels found, averaged over classes',
  options: regionOptions,
  average: ({ average }) => average,
  claims: ({ background }) => ({ renaming: background ? 'all' : 'foreground', monotone: true }),
  measure: ({ and, sum }, { prediction, label }) => ({
    hit: sum(and('intersection', prediction, label)),
    labelled: sum(label),
  }),
  score: ({ mean, ratio, withoutBackground }, { hit, labelled }, { background }) => {
    const accuracy = ratio(hit, labelled);
    return mean(background ? accuracy : withoutBackground(accuracy));
  },
});
