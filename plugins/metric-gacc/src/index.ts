import { defineMetric, type Plugin, type RegionOptions, regionOptions } from '@auto-seg-loss/kernel';

/**
 * The share of all labelled pixels that is right: the mean of class accuracies weighted by their pixels. Without background,
 * pixels of class 0 do not count, whatever is predicted there.
 */
export const plugin: Plugin<'metric', RegionOptions> = defineMetric({
  name: 'gacc',
  summary: 'Global accuracy: the share of all pixels that is right',
  options: regionOptions,
  average: ({ average }) => average,
  // Over images, a class's accuracy is weighted by how much of it the label has; without background, which pixels count is
  // up to the label.
  claims: ({ average, background }) => ({
    renaming: background ? 'all' : 'foreground',
    monotone: true,
    symmetric: background && average !== 'class-and-image',
  }),
  measure: ({ and, sum }, { prediction, label }) => ({
    hit: sum(and('intersection', prediction, label)),
    labelled: sum(label),
  }),
  score: ({ weightedMean, ratio, withoutBackground }, { hit, labelled }, { background }) => {
    const accuracy = ratio(hit, labelled);
    return weightedMean(background ? accuracy : withoutBackground(accuracy), labelled);
  },
});
