import { definePlugin, type Json, type Plugin, weightedMetric } from '@auto-seg-loss/kernel';
import { z } from 'zod';

/** A metric by name, with its options. */
export interface WeightedPart {
  readonly use: string;
  /** Relative to those of the other metrics. */
  readonly weight: number;
  readonly [option: string]: Json;
}

export interface WeightedOptions {
  readonly metrics: readonly WeightedPart[];
}

const part = z.looseObject({
  use: z.string().min(1).describe('Metric plugin, package name, or a path that starts with "./".'),
  weight: z.number().gt(0).default(1).describe('Relative to those of the other metrics.'),
}) as z.ZodType<WeightedPart>;

const options: z.ZodType<WeightedOptions> = z.strictObject({
  metrics: z.array(part).min(1).max(100).describe('The metrics, each with a weight beside its own options.'),
});

/**
 * The weighted mean of other metrics. A metric searched alone may be gamed (a loss for BF1 alone leaves 1.93 of mIoU in the
 * published experiments): with a partner it cannot.
 */
export const plugin: Plugin<'metric', WeightedOptions> = definePlugin({
  kind: 'metric',
  name: 'weighted',
  summary: 'The weighted mean of other metrics, as one objective and one loss',
  options,
  example: { metrics: [{ use: 'miou' }, { use: 'bf1', weight: 0.5, tolerance: 2 }] },
  parts: { option: 'metrics', own: ['weight'] },
  create: ({ metrics }, _context, made = []) => {
    if (made.length !== metrics.length) throw new TypeError('a weighted metric is made of its parts');
    return weightedMetric(
      'weighted',
      made.map((metric, index) => ({ metric, weight: metrics[index]?.weight ?? 1 })),
    );
  },
});
