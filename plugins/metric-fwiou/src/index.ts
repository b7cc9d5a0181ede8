import { defineMetric, type Plugin, type RegionOptions, regionOptions } from '@auto-seg-loss/kernel';

/** Intersection over union, each class weighted by its share of the labelled pixels; without background, of the others'. */
export const plugin: Plugin<'metric', RegionOptions> = defineMetric({
  name: 'fwiou',
  summary: 'Frequency-weighted intersection over union',
  options: regionOptions,
  average: ({ average }) => average,
  claims: ({ background }) => ({ renaming: background ? 'all' : 'foreground', monotone: true }),
  measure: ({ and, or, sum }, { prediction, label }) => ({
    intersection: sum(and('intersection', prediction, label)),
    union: sum(or('union', prediction, label)),
    labelled: sum(label),
  }),
  score: ({ weightedMean, ratio, withoutBackground }, { intersection, union, labelled }, { background }) => {
    const iou = ratio(intersection, union);
    return weightedMean(background ? iou : withoutBackground(iou), labelled);
  },
});
