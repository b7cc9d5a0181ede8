import { type AverageOptions, averageField, backgroundField, defineMetric, type Plugin } from '@auto-seg-loss/kernel';
import { z } from 'zod';

export interface TverskyIndexOptions extends AverageOptions {
  /** What false alarms weigh. */
  readonly alpha: number;
  /** What misses weigh. */
  readonly beta: number;
  /** Whether class 0 is a class like the others. */
  readonly background: boolean;
}

const options: z.ZodType<TverskyIndexOptions> = z.strictObject({
  alpha: z.number().gt(0).max(100).default(0.3).describe('What false alarms weigh; 0.5 and 0.5 is Dice, 1 and 1 IoU.'),
  beta: z.number().gt(0).max(100).default(0.7).describe('What misses weigh.'),
  background: backgroundField,
  average: averageField,
});

/**
 * The Tversky index, TP / (TP + α·FP + β·FN), averaged over classes (Tversky, 1977; as a loss Salehi et al., MLMI 2017, with
 * these weights).
 */
export const plugin: Plugin<'metric', TverskyIndexOptions> = defineMetric({
  name: 'tversky-index',
  summary: 'Tversky index: overlap with false alarms and misses weighted apart',
  options,
  average: ({ average }) => average,
  claims: ({ background, alpha, beta }) => ({
    renaming: background ? 'all' : 'foreground',
    monotone: true,
    symmetric: alpha === beta,
  }),
  measure: ({ and, or, minus, sum }, { prediction, label }) => {
    const found = and('intersection', prediction, label);
    return {
      hits: sum(found),
      falseAlarms: sum(minus(or('union', prediction, label), label)),
      misses: sum(minus(label, found)),
    };
  },
  score: (
    { mean, ratio, plus, scale, withoutBackground },
    { hits, falseAlarms, misses },
    { alpha, beta, background },
  ) => {
    const index = ratio(hits, plus(hits, plus(scale(alpha, falseAlarms), scale(beta, misses))));
    return mean(background ? index : withoutBackground(index));
  },
});
