import {
  canonicalJson,
  type FinalTrainingOptions,
  type Json,
  pluginUse,
  type TrainingOptions,
} from '@auto-seg-loss/kernel';
import { z } from 'zod';
import { configDefaults, proxyDefaults, trainingDefaults, warmStartDefaults } from './defaults.ts';
import type { GuardConfig, ProxyOptions, PruningConfig, RaceConfig, RunConfig, WeightedLoss } from './run-config.ts';
import { scoringSchema, trainingShape, warmUpEnds } from './training-schema.ts';
import { isPath } from './trust/is-path.ts';

/** In one list: each of them is loaded. */
const MOST_PLUGINS = 100;
/** With more of them nearly every loss is on the front, and hypervolumes take long. */
const MOST_METRICS = 6;

/** Each has a warm start of its own. */
const MOST_FOLDS = 20;

const training: z.ZodType<FinalTrainingOptions> = z
  .strictObject({
    ...trainingShape(trainingDefaults),
    scoring: scoringSchema(trainingDefaults.scoring)
      .prefault({})
      .describe('How the trained network is applied to images of any size: by reports, and by asl predict.'),
  })
  .superRefine(warmUpEnds);
const warmStart: z.ZodType<TrainingOptions> = z.strictObject(trainingShape(warmStartDefaults)).superRefine(warmUpEnds);

const reward: z.ZodType<ProxyOptions['reward']> = z.strictObject({
  split: z
    .literal('train')
    .default(proxyDefaults.reward.split)
    .describe('Where the reward images come from: the training split, always, so that reports on val stay honest.'),
  fraction: z
    .number()
    .min(0.01)
    .max(0.9)
    .default(proxyDefaults.reward.fraction)
    .describe('Share of the training images that are held out to take the reward on; of no matter with folds.'),
  folds: z
    .union([z.int().min(2).max(MOST_FOLDS), z.null()])
    .default(proxyDefaults.reward.folds)
    .describe(
      'Into how many folds the training images are divided, twins in one: from round to round another one gives the rewards; null for one division by the fraction.',
    ),
});

const keptFeatures: z.ZodType<NonNullable<ProxyOptions['keptFeatures']>> = z.strictObject({
  views: z
    .int()
    .min(1)
    .max(1000)
    .default(2)
    .describe(
      'How many of each image: as it is, flipped (where augment.flip), then scaled and cropped at random; where crops are trained on, as many crops.',
    ),
  keep: z
    .enum(['memory', 'disk'])
    .default('memory')
    .describe('Where: in the memory of each worker, or in a file without a name in the folder for temporary files.'),
});

const proxy: z.ZodType<ProxyOptions> = z
  .strictObject({
    ...trainingShape(proxyDefaults),
    network: z
      .union([pluginUse, z.null()])
      .default(proxyDefaults.network)
      .describe('The network of trials; null for the one of the config.'),
    reward: reward.prefault({}).describe('Where the reward of a trial is taken.'),
    warmStart: z
      .union([warmStart, z.null()])
      .prefault({})
      .describe('One training with cross-entropy that all trials start from; null to start each from fresh weights.'),
    keptFeatures: z
      .union([keptFeatures, z.null()])
      .default(proxyDefaults.keptFeatures)
      .describe(
        "Freezes the network's encoder in trials and computes its features once, so that a trial trains the head alone; null to train all of the network.",
      ),
  })
  .superRefine(warmUpEnds)
  .superRefine(({ keptFeatures, warmStart: start, reward: { folds } }, context) => {
    if (keptFeatures === null || folds === null || start === null) return;
    const message =
      'features are kept of one encoder, and with proxy.reward.folds each fold would have that of its own warm start: set proxy.warmStart to null, or leave out one of the two';
    context.addIssue({ code: 'custom', path: ['keptFeatures'], message });
  });

const race: z.ZodType<RaceConfig> = z.strictObject({
  error: z
    .number()
    .gt(0)
    .lt(1)
    .default(0.1)
    .describe('How probable it may be, over the whole race, that the best of them leaves.'),
});

const reevaluation: z.ZodType<RunConfig['reevaluation']> = z.strictObject({
  candidates: z
    .int()
    .min(1)
    .max(1000)
    .default(configDefaults.reevaluation.candidates)
    .describe("How many of the best trials are tried again; the searcher's own recommendation comes on top."),
  repeats: z
    .int()
    .min(0)
    .max(100)
    .default(configDefaults.reevaluation.repeats)
    .describe('How often each is tried again, with other batches and first weights; 0 names the best single reward.'),
  confirm: z
    .int()
    .min(0)
    .max(100)
    .default(configDefaults.reevaluation.confirm)
    .describe('How often the one that is then named is tried once more, to say what it is worth; 0 not to.'),
  race: z
    .union([race, z.null()])
    .default(configDefaults.reevaluation.race)
    .describe(
      'Lets those leave early that turn out to be worse, and spends on the others what they leave over, never more trials than without; null to try all equally often.',
    ),
});

const share = z.number().gt(0).lt(1);

const pruning: z.ZodType<PruningConfig> = z.strictObject({
  rule: z
    .enum(['halving', 'median'])
    .describe('halving: the best of a round go on. median: what is as good as half of the earlier rounds goes on.'),
  rungs: z
    .array(share)
    .min(1)
    .max(100)
    .refine((all) => all.every((one, index) => index === 0 || one > (all[index - 1] as number)), 'ascending shares')
    .default([0.25, 0.5])
    .describe('Shares of the training at which trials are judged, ascending.'),
  keep: share.default(0.5).describe("Under halving, what share of a rung's trials goes on."),
});

const guard: z.ZodType<GuardConfig> = z.strictObject({
  metric: pluginUse.describe('The metric that is not to fall.'),
  drop: z
    .number()
    .min(0)
    .max(1)
    .describe('By how much it may fall below what cross-entropy reaches in the proxy task.'),
});

/** A path alone is that of a plugin, which may be code: it stands as `use`, like all that is asked about. */
function namedLoss(text: string): WeightedLoss['loss'] {
  return isPath(text) && !/[+*]|\.json$/.test(text) ? { use: text } : text;
}

const lossName = z.string().min(1).max(4096).transform(namedLoss);
const weightedLoss: z.ZodType<WeightedLoss> = z.union([
  lossName.transform((loss): WeightedLoss => ({ loss, weight: 1 })),
  z
    .strictObject({
      loss: z
        .union([lossName, pluginUse])
        .describe(
          'A loss plugin with its options; or published:NAME, a loss file, the folder of a search, a sum of them.',
        ),
      weight: z.number().gt(0).max(1e37).default(1).describe('How much it counts in the sum.'),
    })
    .describe('A loss with its weight.'),
  pluginUse.transform((loss): WeightedLoss => ({ loss, weight: 1 })),
]);

/** Each weight is a coordinate of what is searched. */
const MOST_MIXED = 10;

const temperature: z.ZodType<readonly [number, number]> = z
  .tuple([z.number().min(0.01).max(100), z.number().min(0.01).max(100)])
  .refine(([min, max]) => min < max, 'a range [min, max] with min below max');

const losses: z.ZodType<RunConfig['losses']> = z.record(
  z
    .string()
    .min(1)
    .regex(/^[^,:]*$/, 'a name without commas and colons')
    .refine((name) => !name.endsWith('.json'), 'a name that is not that of a file'),
  z.union([weightedLoss.transform((one) => [one]), z.array(weightedLoss).min(1).max(MOST_PLUGINS)]),
);

/** One, or several in a list. */
const decode: z.ZodType<RunConfig['decode']> = z.union([
  pluginUse.transform((one) => [one]),
  z.array(pluginUse).min(1).max(MOST_PLUGINS),
]);

const report: z.ZodType<RunConfig['report']> = z.strictObject({
  metrics: z
    .array(pluginUse)
    .max(MOST_PLUGINS)
    .default([...configDefaults.report.metrics])
    .describe('Metrics that reports list besides the one searched for.'),
  seeds: z.int().min(1).max(100).default(configDefaults.report.seeds).describe('Networks trained for each loss.'),
});

const fields = z.strictObject({
  seed: z.int().min(0).default(configDefaults.seed).describe('All randomness of a run derives from it.'),
  workers: z.int().min(1).max(1024).describe('Worker processes, one thread each. Default: the number of cores.'),
  executor: pluginUse
    .default(configDefaults.executor)
    .describe('What runs the trials of a search: processes of this machine, or workers on others. Changes no result.'),
  metric: z
    .union([pluginUse, z.null()])
    .default(configDefaults.metric)
    .describe('The metric to find a loss for; null where there are several.'),
  metrics: z
    .union([z.array(pluginUse).min(1).max(MOST_METRICS), z.null()])
    .default(null)
    .describe('Several metrics in place of one: the search names the losses of their front.'),
  formula: z
    .union([pluginUse, z.null()])
    .default(configDefaults.formula)
    .describe('The metric whose formula the loss relaxes; null for the one that a loss is searched for.'),
  surrogate: pluginUse.default(configDefaults.surrogate).describe('The family of curves that relax the metric.'),
  constraints: z
    .array(pluginUse)
    .max(MOST_PLUGINS)
    .default([...configDefaults.constraints])
    .describe('What every curve must satisfy, applied in this order.'),
  searcher: pluginUse
    .default(configDefaults.searcher)
    .describe('What proposes candidate losses and learns from rewards.'),
  start: z
    .union([z.string().min(1), z.null()])
    .default(configDefaults.start)
    .describe(
      'The loss that the search starts from: published:NAME, a loss file or the folder of a search; null for straight lines.',
    ),
  prior: z
    .array(z.string().min(1).max(4096))
    .max(MOST_PLUGINS)
    .default([...configDefaults.prior])
    .describe(
      'What the search learns from: folders of other searches (runs/mine), loss files, published:NAME; on other data and of other metrics, with the same curves.',
    ),
  dataset: pluginUse.default(configDefaults.dataset).describe('Labelled images.'),
  network: pluginUse.default(configDefaults.network).describe('The segmentation network to train.'),
  absent: z
    .enum(['zero', 'skip', 'search'])
    .default(configDefaults.absent)
    .describe(
      'Classes absent from a batch: counted as 0 in the mean, as published, or left out of it; search learns which.',
    ),
  mix: z
    .array(pluginUse)
    .max(MOST_MIXED)
    .default([...configDefaults.mix])
    .describe(
      'Hand-made losses that the search mixes in, with weights that it learns; a number among their options may be a range [min, max], classWeights may be {"exponent": [min, max]}.',
    ),
  temperature: z
    .union([temperature, z.null()])
    .default(configDefaults.temperature)
    .describe('Range of what logits are divided by before the curves see them, searched logarithmically; null for 1.'),
  searchSpace: z
    .union([pluginUse, z.null()])
    .default(configDefaults.searchSpace)
    .describe('A loss plugin, with ranges among its options as in mix, that is searched in place of curves.'),
  proxy: proxy.prefault({}).describe('How each candidate loss is trained and scored.'),
  reevaluation: reevaluation
    .prefault({})
    .describe('The best of many noisy rewards is too good to be true: the best trials are tried again.'),
  pruning: z
    .union([pruning, z.null()])
    .default(configDefaults.pruning)
    .describe('When trials are given up before their end; null trains each to its end.'),
  guards: z
    .array(guard)
    .max(MOST_PLUGINS)
    .default([...configDefaults.guards])
    .describe('Other metrics that a candidate must not lower, each with how much it may.'),
  training: training
    .prefault({})
    .describe('Training from fresh weights on the whole training split, for asl train and asl compare.'),
  decode: decode
    .default([...configDefaults.decode])
    .describe(
      'What decides the class of each pixel when asl train and asl compare score a network: a decoder, or a list of them, with each of which each network is scored. The rewards of a search are always taken of the most probable class.',
    ),
  losses: losses
    .default(configDefaults.losses)
    .describe(
      'Losses by the name that --losses takes: a loss plugin with options, a sum such as 0.75*LOSS+dice, or a list of losses with weights.',
    ),
  report: report.prefault({}).describe('What reports show.'),
});

/** Every field of a config file besides `extends`: what it means, its range and its default. */
export const configSchema: z.ZodType<RunConfig> = fields.superRefine(noneIgnored);

/** Of the curves, which a `searchSpace` takes the place of. */
const OF_CURVES = ['formula', 'surrogate', 'constraints', 'absent', 'temperature'] as const;

/** What says something of curves where there are none would be ignored. */
function noneIgnored(config: RunConfig, context: z.RefinementCtx): void {
  if (config.searchSpace === null) return;
  for (const field of OF_CURVES) {
    if (canonicalJson(config[field] as Json) === canonicalJson(configDefaults[field] as Json)) continue;
    context.addIssue({
      code: 'custom',
      path: [field],
      message: `nothing here beside searchSpace: the loss "${config.searchSpace.use}" has no curves; take out one of the two`,
    });
  }
}
