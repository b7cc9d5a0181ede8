import {
  defineMetric,
  type FinalTrainingOptions,
  type Metric,
  noOptions,
  type ScoringOptions,
  WHOLE_IMAGES,
} from '@auto-seg-loss/kernel';
import { type Loss, softmaxCrossEntropy } from '@auto-seg-loss/ops';

export const crossEntropy: Loss = {
  name: 'cross-entropy',
  value: (logits, labels) => softmaxCrossEntropy(logits, labels),
};

export const wholeImages: ScoringOptions = WHOLE_IMAGES;

export const tinyOptions: FinalTrainingOptions = {
  images: 'fitted',
  size: [12, 12],
  batchSize: 3,
  iterations: 4,
  warmUp: 0,
  learningRate: 0.1,
  power: 0.9,
  momentum: 0.9,
  weightDecay: 1e-3,
  augment: { scale: [0.8, 1.2], flip: true, photometric: 0.2, catMaxRatio: 1 },
  scoring: wholeImages,
};

export const accuracy: Metric = defineMetric({
  name: 'accuracy',
  summary: 'Mean accuracy of the classes',
  options: noOptions,
  measure: ({ and, sum }, { prediction, label }) => ({ hits: sum(and('hits', prediction, label)), pixels: sum(label) }),
  score: ({ mean, ratio }, { hits, pixels }) => mean(ratio(hits, pixels)),
}).create({}, { baseDir: '', cacheDir: '' }) as Metric;
