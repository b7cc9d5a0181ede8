import { defineMetric, type Plugin, type RegionOptions, regionOptions } from '@auto-seg-loss/kernel';

/** Mean intersection over union (Jaccard index), sums over the whole data set. */
export const plugin: Plugin<'metric', RegionOptions> = defineMetric({
  name: 'miou',
  summary: 'Mean intersection over union',
  options: regionOptions,
  average: ({ average }) => average,
  claims: ({ background }) => ({ renaming: background ? 'all' : 'foreground', monotone: true, symmetric: true }),
  measure: ({ and, or, sum }, { prediction, label }) => ({
    intersection: sum(and('intersection', prediction, label)),
    union: sum(or('union', prediction, label)),
  }),
  score: ({ mean, ratio, withoutBackground }, { intersection, union }, { background }) => {
    const iou = ratio(intersection, union);
    return mean(background ? iou : withoutBackground(iou));
  },
});
