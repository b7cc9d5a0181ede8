import { defineMetric, type Metric, type Plugin, type RegionOptions, regionOptions } from '@auto-seg-loss/kernel';

// Shown beside metrics on request. Neither is a plugin: a loss searched for one of them alone would predict everything, or
// almost nothing.

/** The share of the pixels predicted as a class that are labelled so. */
const precision: Plugin<'metric', RegionOptions> = defineMetric({
  name: 'precision',
  summary: 'The share of its predicted pixels that is right, averaged over classes',
  options: regionOptions,
  average: ({ average }) => average,
  measure: ({ and, sum }, { prediction, label }) => ({
    hit: sum(and('hit', prediction, label)),
    predicted: sum(prediction),
  }),
  score: ({ mean, ratio, withoutBackground }, { hit, predicted }, { background }) => {
    const share = ratio(hit, predicted);
    return mean(background ? share : withoutBackground(share));
  },
});

/** The share of the pixels labelled as a class that are predicted so: `macc`, under the name that goes with precision. */
const recall: Plugin<'metric', RegionOptions> = defineMetric({
  name: 'recall',
  summary: 'The share of its labelled pixels that is found, averaged over classes',
  options: regionOptions,
  average: ({ average }) => average,
  measure: ({ and, sum }, { prediction, label }) => ({
    hit: sum(and('hit', prediction, label)),
    labelled: sum(label),
  }),
  score: ({ mean, ratio, withoutBackground }, { hit, labelled }, { background }) => {
    const share = ratio(hit, labelled);
    return mean(background ? share : withoutBackground(share));
  },
});

/** Precision and recall of each class. */
export function precisionAndRecall(options: RegionOptions): readonly Metric[] {
  const context = { baseDir: '.', cacheDir: '.' };
  return [precision, recall].map((plugin) => plugin.create(options, context) as Metric);
}
