import { defineMetric, type Plugin, type RegionOptions, regionOptions } from '@auto-seg-loss/kernel';

/** The Dice coefficient (F1 of each class's pixels) over the whole data set: 2·|P ∩ Y| / (|P ∩ Y| + |P ∪ Y|). */
export const plugin: Plugin<'metric', RegionOptions> = defineMetric({
  name: 'dice',
  summary: 'Mean Dice coefficient (F1 over pixels)',
  options: regionOptions,
  average: ({ average }) => average,
  claims: ({ background }) => ({ renaming: background ? 'all' : 'foreground', monotone: true, symmetric: true }),
  measure: ({ and, or, sum }, { prediction, label }) => ({
    intersection: sum(and('intersection', prediction, label)),
    union: sum(or('union', prediction, label)),
  }),
  score: ({ mean, ratio, scale, plus, withoutBackground }, { intersection, union }, { background }) => {
    const dice = ratio(scale(2, intersection), plus(intersection, union));
    return mean(background ? dice : withoutBackground(dice));
  },
});
