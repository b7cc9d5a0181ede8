import {
  type AugmentOptions,
  type FinalTrainingOptions,
  type TrainingOptions,
  WHOLE_IMAGES,
} from '@auto-seg-loss/kernel';
import type { ProxyOptions, RunConfig } from './run-config.ts';

/*
 * What a config need not say. Together they are a whole search on the embedded data: two cores finish it, and a comparison
 * with cross-entropy, within five minutes.
 */

const augment: AugmentOptions = { scale: [0.75, 1.5], flip: true, photometric: 0.2, catMaxRatio: 1 };

/** What every training takes where it is not told otherwise. */
const commonDefaults: TrainingOptions = {
  images: 'fitted',
  size: [64, 96],
  batchSize: 16,
  iterations: 300,
  warmUp: 0,
  learningRate: 0.05,
  power: 0.9,
  momentum: 0.9,
  weightDecay: 5e-4,
  augment,
};

/** A network trained from fresh weights on the whole training split (`asl train`, `asl compare`). */
export const trainingDefaults: FinalTrainingOptions = { ...commonDefaults, scoring: WHOLE_IMAGES };

/** The cross-entropy training that every trial starts from. */
export const warmStartDefaults: TrainingOptions = { ...commonDefaults, iterations: 300 };

/** One trial: a short training on from the warm start. */
export const proxyDefaults: ProxyOptions = {
  ...commonDefaults,
  iterations: 40,
  learningRate: 0.02,
  network: null,
  reward: { split: 'train', fraction: 0.25, folds: null },
  warmStart: warmStartDefaults,
  keptFeatures: null,
};

/** Everything but what is searched for, which a config must name, and `workers`, which defaults to the number of cores. */
export const configDefaults: Omit<RunConfig, 'workers'> = {
  seed: 1,
  executor: { use: 'processes' },
  // A config names the one or the others.
  metric: null,
  metrics: null,
  formula: null,
  surrogate: { use: 'bezier', pieces: 2 },
  constraints: [{ use: 'truth-table' }, { use: 'monotonicity' }],
  searcher: { use: 'ppo' },
  start: null,
  prior: [],
  dataset: { use: 'scenes' },
  network: { use: 'deeplab-lite' },
  absent: 'zero',
  mix: [],
  temperature: null,
  searchSpace: null,
  proxy: proxyDefaults,
  reevaluation: { candidates: 4, repeats: 3, confirm: 3, race: null },
  pruning: null,
  guards: [],
  training: trainingDefaults,
  decode: [{ use: 'argmax' }],
  losses: {},
  report: { metrics: [], seeds: 3 },
};
